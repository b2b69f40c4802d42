//! A raw socket at one network interface.

use std::cell::{Cell, RefCell};
use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::rc::Rc;

use napi::Env;
use napi::bindgen_prelude::{Float64Array, Function, JsValue, Uint8Array};
use napi_derive::napi;

use crate::error::{Code, Error, Result, fail, refused};
use crate::event_loop::{Callback, Watch};
use crate::filter;
use crate::link::{Link, LinkWatch, State};
use crate::receiver::Receiver;
use crate::system;

/// The shortest frame that Ethernet has, without its check sequence.
const SHORTEST: usize = 60;
/// What may wait while JavaScript is busy, in octets as the kernel counts them. A short frame costs 768 there.
const WAITING: libc::c_int = 8 * 1_024 * 1_024;

/// What to hear.
#[napi(object)]
pub struct Options {
    /// Frames of this one only; all where there is none.
    pub ether_type: Option<u32>,
    /// Frames for others too.
    pub promiscuous: bool,
    /// Octets of `slab` for each frame.
    pub place: u32,
}

/// How many frames.
#[napi(object)]
pub struct Counters {
    /// Handed over.
    pub heard: f64,
    /// Heard by the kernel while too many waited.
    pub dropped: f64,
    /// Taken by the kernel.
    pub sent: f64,
    /// Not taken: the interface is down, or its queue is full.
    pub unsent: f64,
}

#[napi]
pub struct PacketSocket {
    open: RefCell<Option<Open>>,
}

/// The watches go first.
struct Open {
    _frames: Watch,
    _bell: Watch,
    port: Rc<Port>,
}

struct Port {
    /// None once it is closed: at once, even within one of its own callbacks.
    socket: RefCell<Option<OwnedFd>>,
    watch: LinkWatch,
    link: Cell<Link>,
    receiver: RefCell<Receiver>,
    on_frames: Callback,
    on_link: Callback,
    heard: Cell<u64>,
    /// The kernel forgets its count with each reading.
    dropped: Cell<u64>,
    sent: Cell<u64>,
    unsent: Cell<u64>,
}

#[napi]
impl PacketSocket {
    /// `on_frames` is told how many frames lie in `slab`, with their numbers in `facts`; `on_link` the state and the address
    /// of the interface whenever one of them has changed.
    #[napi(factory)]
    pub fn open(
        env: Env,
        name: String,
        options: Options,
        slab: Uint8Array,
        facts: Float64Array,
        on_frames: Function<f64, ()>,
        on_link: Function<(), ()>,
    ) -> Result<PacketSocket> {
        let (watch, link) = LinkWatch::open(&name)?;
        if link.state == State::Down {
            return fail(Code::InterfaceDown, "it is switched off");
        }
        let socket = open_socket(watch.index, &options)?;
        let descriptor = socket.as_raw_fd();
        let port = Rc::new(Port {
            socket: RefCell::new(Some(socket)),
            watch,
            link: Cell::new(link),
            receiver: RefCell::new(Receiver::new(slab, facts, options.place as usize, options.ether_type.is_none())?),
            on_frames: Callback::new(env.raw(), on_frames.raw())?,
            on_link: Callback::new(env.raw(), on_link.raw())?,
            heard: Cell::new(0),
            dropped: Cell::new(0),
            sent: Cell::new(0),
            unsent: Cell::new(0),
        });
        let (hearing, ringing) = (port.clone(), port.clone());
        let frames = Watch::open(env.raw(), descriptor, move || hearing.hear())?;
        let bell = Watch::open(env.raw(), port.watch.descriptor(), move || {
            ringing.watch.quiet();
            ringing.look();
        })?;
        Ok(PacketSocket { open: RefCell::new(Some(Open { _frames: frames, _bell: bell, port })) })
    }

    /// The state of the interface as it was last told.
    #[napi]
    pub fn state(&self) -> Result<String> {
        Ok(self.port()?.link.get().state.name().to_owned())
    }

    /// Its address as it was last told.
    #[napi]
    pub fn address(&self) -> Result<String> {
        Ok(self.port()?.link.get().address())
    }

    /// Whether the kernel took the frame. A short one is made as long as Ethernet wants it.
    #[napi]
    pub fn send(&self, frame: &[u8]) -> Result<bool> {
        let port = self.port()?;
        let mut padded = [0; SHORTEST];
        let octets = if frame.len() < SHORTEST {
            padded[..frame.len()].copy_from_slice(frame);
            &padded
        } else {
            frame
        };
        let result = port.on_socket(|fd| {
            // SAFETY: the octets are readable for their length.
            unsafe { libc::send(fd.as_raw_fd(), octets.as_ptr().cast(), octets.len(), libc::MSG_DONTWAIT) }
        })?;
        if result >= 0 {
            port.sent.set(port.sent.get() + 1);
            return Ok(true);
        }
        let error = io::Error::last_os_error();
        match error.raw_os_error() {
            Some(libc::EMSGSIZE) => fail(Code::BadFrame, format!("{} octets", octets.len())),
            Some(
                libc::ENETDOWN | libc::ENXIO | libc::ENODEV | libc::ENOBUFS | libc::ENOMEM | libc::EAGAIN | libc::EINTR,
            ) => {
                port.unsent.set(port.unsent.get() + 1);
                Ok(false)
            }
            _ => Err(refused("send", &error)),
        }
    }

    /// How many frames so far.
    #[napi]
    pub fn counters(&self) -> Result<Counters> {
        let port = self.port()?;
        let statistics: libc::tpacket_stats = port
            .on_socket(|fd| system::option(fd, libc::SOL_PACKET, libc::PACKET_STATISTICS))?
            .map_err(|error| refused("PACKET_STATISTICS", &error))?;
        port.dropped.set(port.dropped.get() + u64::from(statistics.tp_drops));
        let number = |count: &Cell<u64>| count.get() as f64;
        Ok(Counters {
            heard: number(&port.heard),
            dropped: number(&port.dropped),
            sent: number(&port.sent),
            unsent: number(&port.unsent),
        })
    }

    /// Nothing is called from here on.
    #[napi]
    pub fn close(&self) {
        let Some(Open { _frames: frames, _bell: bell, port }) = self.open.take() else { return };
        drop((frames, bell));
        drop(port.socket.take());
    }

    fn port(&self) -> Result<Rc<Port>> {
        match &*self.open.borrow() {
            Some(open) => Ok(open.port.clone()),
            None => closed(),
        }
    }
}

fn closed<T>() -> Result<T> {
    fail(Code::Closed, "it is closed")
}

impl Port {
    fn on_socket<T>(&self, run: impl FnOnce(BorrowedFd) -> T) -> Result<T> {
        self.socket.borrow().as_ref().map_or_else(closed, |socket| Ok(run(socket.as_fd())))
    }

    /// One batch a turn of the loop: what else waits there gets its turn in between.
    fn hear(&self) {
        let Ok(result) = self.on_socket(|fd| self.receiver.borrow_mut().receive(fd)) else { return };
        match result {
            Ok(0) => {}
            Ok(count) => {
                self.heard.set(self.heard.get() + count as u64);
                self.on_frames.call([self.on_frames.number(count as f64)]);
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            // The interface went down or away, which the bell tells too; no other error is known here.
            Err(_) => self.look(),
        }
    }

    fn look(&self) {
        let Ok(link) = self.watch.look() else { return };
        if link == self.link.replace(link) {
            return;
        }
        self.on_link.call([self.on_link.text(link.state.name()), self.on_link.text(&link.address())]);
    }
}

/// Everything is set before the socket is bound, and before that it hears nothing: so no frame slips past the filter.
fn open_socket(index: i32, options: &Options) -> Result<OwnedFd> {
    let refuse = |call: &'static str| move |error: io::Error| -> Error { refused(call, &error) };
    let socket = system::socket(libc::AF_PACKET, libc::SOCK_RAW, 0).map_err(refuse("packet socket"))?;
    let fd = socket.as_fd();
    let mut program = filter::program(options.ether_type.map(|one| one as u16), options.promiscuous);
    let attached = libc::sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
    system::set_option(fd, libc::SOL_SOCKET, libc::SO_ATTACH_FILTER, &attached).map_err(refuse("SO_ATTACH_FILTER"))?;
    let on: libc::c_int = 1;
    system::set_option(fd, libc::SOL_PACKET, libc::PACKET_IGNORE_OUTGOING, &on)
        .map_err(refuse("PACKET_IGNORE_OUTGOING"))?;
    system::set_option(fd, libc::SOL_PACKET, libc::PACKET_AUXDATA, &on).map_err(refuse("PACKET_AUXDATA"))?;
    system::set_option(fd, libc::SOL_SOCKET, libc::SO_TIMESTAMPNS, &on).map_err(refuse("SO_TIMESTAMPNS"))?;
    // Beyond the system's limit with CAP_NET_ADMIN, which nobody needs to have; else up to it.
    system::set_option(fd, libc::SOL_SOCKET, libc::SO_RCVBUFFORCE, &WAITING)
        .or_else(|_| system::set_option(fd, libc::SOL_SOCKET, libc::SO_RCVBUF, &WAITING))
        .map_err(refuse("SO_RCVBUF"))?;

    // SAFETY: zeros are an address of no interface.
    let mut address: libc::sockaddr_ll = unsafe { std::mem::zeroed() };
    address.sll_family = libc::AF_PACKET as u16;
    address.sll_protocol = (libc::ETH_P_ALL as u16).to_be();
    address.sll_ifindex = index;
    system::bind(fd, &address).map_err(|error| match error.raw_os_error() {
        Some(libc::ENODEV | libc::ENXIO) => Error::new(Code::NoSuchInterface, "it has just gone".to_owned()),
        _ => refused("bind", &error),
    })?;
    if options.promiscuous {
        // SAFETY: zeros are a wish for nothing.
        let mut wish: libc::packet_mreq = unsafe { std::mem::zeroed() };
        wish.mr_ifindex = index;
        wish.mr_type = libc::PACKET_MR_PROMISC as u16;
        system::set_option(fd, libc::SOL_PACKET, libc::PACKET_ADD_MEMBERSHIP, &wish)
            .map_err(refuse("PACKET_ADD_MEMBERSHIP"))?;
    }
    Ok(socket)
}
