//! Takes frames off a packet socket, as many at once as there are, into memory that JavaScript sees.

use std::io;
use std::mem::{MaybeUninit, size_of};
use std::os::fd::{AsRawFd, BorrowedFd};

use napi::bindgen_prelude::{Float64Array, Uint8Array};

use crate::error::{Code, Result, fail};

/// Numbers about each frame: where it begins in the slab, how many octets are there, how many were on the wire, and when
/// the kernel had it: seconds and nanoseconds since 1970.
const FACTS: usize = 5;
/// A VLAN tag, which the kernel takes out and which is put back before the frame that it was in.
const TAG: usize = 4;
const ADDRESSES: usize = 12;
/// Room for a time and for what the kernel says of a frame.
const CONTROL: usize = 128;

#[repr(C, align(8))]
#[derive(Clone, Copy)]
struct Control([u8; CONTROL]);

pub struct Receiver {
    slab: Uint8Array,
    facts: Float64Array,
    /// Octets for each frame.
    place: usize,
    whole_tags: bool,
    /// The places, and where the kernel writes; the messages point into both.
    _vectors: Box<[libc::iovec]>,
    _controls: Box<[Control]>,
    messages: Box<[libc::mmsghdr]>,
}

impl Receiver {
    /// Frames lie in `slab` one after the other, `place` octets for each, and `FACTS` numbers of each in `facts`. With
    /// `whole_tags` a VLAN tag is where it was on the wire; else it is left out.
    pub fn new(mut slab: Uint8Array, facts: Float64Array, place: usize, whole_tags: bool) -> Result<Self> {
        let count = facts.len() / FACTS;
        if count == 0 || place <= TAG + ADDRESSES || slab.len() != count * place {
            return fail(Code::Failed, "a slab of another size than its places");
        }
        // SAFETY: JavaScript runs on this thread alone, and does not write here.
        let octets = unsafe { slab.as_mut() };
        let mut vectors: Box<[libc::iovec]> = octets
            .chunks_exact_mut(place)
            .map(|one| libc::iovec { iov_base: one[TAG..].as_mut_ptr().cast(), iov_len: place - TAG })
            .collect();
        let mut controls = vec![Control([0; CONTROL]); count].into_boxed_slice();
        let messages = vectors
            .iter_mut()
            .zip(controls.iter_mut())
            .map(|(vector, control)| {
                // SAFETY: zeros are a message without anything.
                let mut message: libc::mmsghdr = unsafe { MaybeUninit::zeroed().assume_init() };
                message.msg_hdr.msg_iov = vector;
                message.msg_hdr.msg_iovlen = 1;
                message.msg_hdr.msg_control = control.0.as_mut_ptr().cast();
                message
            })
            .collect();
        Ok(Receiver { slab, facts, place, whole_tags, _vectors: vectors, _controls: controls, messages })
    }

    /// How many frames there were; an error of kind `WouldBlock` where there is none.
    pub fn receive(&mut self, fd: BorrowedFd) -> io::Result<usize> {
        for message in &mut self.messages {
            message.msg_hdr.msg_controllen = CONTROL as _;
        }
        // SAFETY: the messages point into the slab and the controls, which live as long as they do.
        let count = unsafe {
            libc::recvmmsg(
                fd.as_raw_fd(),
                self.messages.as_mut_ptr(),
                self.messages.len() as _,
                (libc::MSG_DONTWAIT | libc::MSG_TRUNC) as _,
                std::ptr::null_mut(),
            )
        };
        let count = usize::try_from(count).map_err(|_| io::Error::last_os_error())?;
        for index in 0..count {
            self.note(index);
        }
        Ok(count)
    }

    fn note(&mut self, index: usize) {
        let on_wire = self.messages[index].msg_len as usize;
        let kept = on_wire.min(self.place - TAG);
        let said = said(&self.messages[index].msg_hdr);
        let place = index * self.place;
        let tag = said.tag.filter(|_| self.whole_tags && kept >= ADDRESSES);
        let extra = if let Some(tag) = tag {
            // SAFETY: as in `new`.
            let octets = unsafe { self.slab.as_mut() };
            octets.copy_within(place + TAG..place + TAG + ADDRESSES, place);
            octets[place + ADDRESSES..place + ADDRESSES + TAG].copy_from_slice(&tag);
            TAG
        } else {
            0
        };
        let start = place + TAG - extra;
        let facts = [start, kept + extra, on_wire + extra].map(|number| number as f64);
        // SAFETY: as in `new`.
        let all = unsafe { self.facts.as_mut() };
        let mine = &mut all[index * FACTS..(index + 1) * FACTS];
        mine[..3].copy_from_slice(&facts);
        mine[3..].copy_from_slice(&said.time);
    }
}

/// What comes with a frame.
#[derive(Default)]
struct Said {
    time: [f64; 2],
    tag: Option<[u8; TAG]>,
}

fn said(header: &libc::msghdr) -> Said {
    let mut said = Said::default();
    // SAFETY: the kernel has written whole control messages, as many as the header says.
    unsafe {
        let mut next = libc::CMSG_FIRSTHDR(header);
        while let Some(control) = next.as_ref() {
            let data = libc::CMSG_DATA(control);
            let holds = |size: usize| control.cmsg_len >= libc::CMSG_LEN(size as u32) as _;
            match (control.cmsg_level, control.cmsg_type) {
                (libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS) if holds(size_of::<libc::timespec>()) => {
                    let time = data.cast::<libc::timespec>().read_unaligned();
                    said.time = [time.tv_sec as f64, time.tv_nsec as f64];
                }
                (libc::SOL_PACKET, libc::PACKET_AUXDATA) if holds(size_of::<libc::tpacket_auxdata>()) => {
                    said.tag = tag_of(&data.cast::<libc::tpacket_auxdata>().read_unaligned());
                }
                _ => {}
            }
            next = libc::CMSG_NXTHDR(header, control);
        }
    }
    said
}

fn tag_of(said: &libc::tpacket_auxdata) -> Option<[u8; TAG]> {
    if said.tp_status & libc::TP_STATUS_VLAN_VALID == 0 {
        return None;
    }
    let kind = if said.tp_status & libc::TP_STATUS_VLAN_TPID_VALID == 0 { 0x8100 } else { said.tp_vlan_tpid };
    let [a, b] = kind.to_be_bytes();
    let [c, d] = said.tp_vlan_tci.to_be_bytes();
    Some([a, b, c, d])
}
