//! The state of one interface. The kernel rings by netlink when anything about any interface has changed; then we look.

use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use crate::error::{Code, Result, fail, refused};
use crate::system;

/// Whether frames pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Up,
    /// Switched on, but its cable leads to nobody.
    NoCarrier,
    /// Switched off.
    Down,
    /// The interface is no more. One of the same name would be another.
    Removed,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            State::Up => "up",
            State::NoCarrier => "no-carrier",
            State::Down => "down",
            State::Removed => "removed",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub state: State,
    pub address: [u8; 6],
}

impl Link {
    pub fn address(&self) -> String {
        let [a, b, c, d, e, f] = self.address;
        pnet_datalink::MacAddr(a, b, c, d, e, f).to_string()
    }
}

/// Watches one interface: by its index, since a name may change.
pub struct LinkWatch {
    bell: OwnedFd,
    pub index: i32,
}

impl LinkWatch {
    /// Listens first and looks then, so that no change is lost between the two.
    pub fn open(name: &str) -> Result<(Self, Link)> {
        let bell = system::socket(libc::AF_NETLINK, libc::SOCK_RAW, libc::NETLINK_ROUTE)
            .map_err(|error| refused("netlink socket", &error))?;
        // SAFETY: zeros are an address of the kernel's choice.
        let mut address: libc::sockaddr_nl = unsafe { std::mem::zeroed() };
        address.nl_family = libc::AF_NETLINK as libc::sa_family_t;
        address.nl_groups = libc::RTMGRP_LINK as u32;
        system::bind(bell.as_fd(), &address).map_err(|error| refused("netlink bind", &error))?;

        let Some(mut request) = request_by_name(name) else {
            return fail(Code::NoSuchInterface, format!("no interface can be called {name:?}"));
        };
        match system::control(bell.as_fd(), libc::SIOCGIFINDEX as u32, &mut request) {
            Ok(()) => {}
            Err(error) if error.raw_os_error() == Some(libc::ENODEV) => {
                return fail(Code::NoSuchInterface, error.to_string());
            }
            Err(error) => return Err(refused("SIOCGIFINDEX", &error)),
        }
        // SAFETY: the kernel has written the index.
        let index = unsafe { request.ifr_ifru.ifru_ifindex };
        let watch = LinkWatch { bell, index };
        let (link, kind) = watch.ask().map_err(|error| refused("SIOCGIFFLAGS", &error))?;
        if link.state == State::Removed {
            return fail(Code::NoSuchInterface, "it has just gone");
        }
        if kind != libc::ARPHRD_ETHER {
            return fail(Code::NotEthernet, format!("hardware type {kind}"));
        }
        Ok((watch, link))
    }

    pub fn descriptor(&self) -> i32 {
        self.bell.as_raw_fd()
    }

    /// What the bell said is not read: it may have been too much for it, and only what is now counts.
    pub fn quiet(&self) {
        let mut scrap = [0; 8_192];
        loop {
            match system::read(self.bell.as_fd(), &mut scrap) {
                Ok(_) => {}
                Err(error) if matches!(error.raw_os_error(), Some(libc::ENOBUFS | libc::EINTR)) => {}
                Err(_) => return,
            }
        }
    }

    /// How the interface is now.
    pub fn look(&self) -> io::Result<Link> {
        self.ask().map(|(link, _)| link)
    }

    fn ask(&self) -> io::Result<(Link, u16)> {
        // SAFETY: zeros are a request.
        let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
        request.ifr_ifru.ifru_ifindex = self.index;
        let asked = system::control(self.bell.as_fd(), libc::SIOCGIFNAME as u32, &mut request)
            .and_then(|()| system::control(self.bell.as_fd(), libc::SIOCGIFFLAGS as u32, &mut request))
            // SAFETY: the kernel has written the flags; the next request writes over them.
            .map(|()| i32::from(unsafe { request.ifr_ifru.ifru_flags }))
            .and_then(|flags| {
                system::control(self.bell.as_fd(), libc::SIOCGIFHWADDR as u32, &mut request).map(|()| flags)
            });
        let flags = match asked {
            Ok(flags) => flags,
            Err(error) if matches!(error.raw_os_error(), Some(libc::ENODEV | libc::ENXIO)) => {
                return Ok((Link { state: State::Removed, address: [0; 6] }, 0));
            }
            Err(error) => return Err(error),
        };
        // SAFETY: the kernel has written the hardware address.
        let hardware = unsafe { request.ifr_ifru.ifru_hwaddr };
        let state = match (flags & libc::IFF_UP != 0, flags & libc::IFF_RUNNING != 0) {
            (true, true) => State::Up,
            (true, false) => State::NoCarrier,
            (false, _) => State::Down,
        };
        let mut address = [0; 6];
        for (octet, found) in address.iter_mut().zip(hardware.sa_data) {
            *octet = found as u8;
        }
        Ok((Link { state, address }, hardware.sa_family))
    }
}

/// None for what is longer than any name can be.
fn request_by_name(name: &str) -> Option<libc::ifreq> {
    // SAFETY: zeros are a request.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    if name.len() >= request.ifr_name.len() || name.is_empty() || name.contains('\0') {
        return None;
    }
    for (place, octet) in request.ifr_name.iter_mut().zip(name.bytes()) {
        *place = octet as libc::c_char;
    }
    Some(request)
}
