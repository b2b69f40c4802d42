//! System calls that tell their errors as `io::Error`.

use std::ffi::{CString, c_int, c_void};
use std::io;
use std::mem::{MaybeUninit, size_of};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

/// The result of a call that says -1 for an error.
pub fn check(result: c_int) -> io::Result<c_int> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

/// A socket that does not block and that no child process inherits.
pub fn socket(domain: c_int, kind: c_int, protocol: c_int) -> io::Result<OwnedFd> {
    // SAFETY: no memory is handed over; what it returns is a descriptor that nobody else has.
    unsafe {
        let fd = check(libc::socket(domain, kind | libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC, protocol))?;
        Ok(OwnedFd::from_raw_fd(fd))
    }
}

/// Opens a device for reading and writing, without waiting for it.
pub fn open(path: &str) -> io::Result<OwnedFd> {
    let path = CString::new(path).map_err(|_| io::Error::from_raw_os_error(libc::ENOENT))?;
    // SAFETY: the path ends with a zero; what it returns is a descriptor that nobody else has.
    unsafe {
        let fd = check(libc::open(path.as_ptr(), libc::O_RDWR | libc::O_CLOEXEC | libc::O_NONBLOCK))?;
        Ok(OwnedFd::from_raw_fd(fd))
    }
}

/// Takes over a descriptor that a call has written into a struct.
pub fn adopt(fd: RawFd) -> OwnedFd {
    // SAFETY: the kernel has just made it for us.
    unsafe { OwnedFd::from_raw_fd(fd) }
}

/// Binds to an address of any family: a plain struct that begins with its family.
pub fn bind<Address>(fd: BorrowedFd, address: &Address) -> io::Result<()> {
    // SAFETY: the address is readable for the length that is given.
    check(unsafe { libc::bind(fd.as_raw_fd(), (&raw const *address).cast(), size_of::<Address>() as libc::socklen_t) })
        .map(|_| ())
}

pub fn set_option<Value>(fd: BorrowedFd, level: c_int, option: c_int, value: &Value) -> io::Result<()> {
    let length = size_of::<Value>() as libc::socklen_t;
    // SAFETY: the value is readable for the length that is given.
    check(unsafe { libc::setsockopt(fd.as_raw_fd(), level, option, (&raw const *value).cast(), length) }).map(|_| ())
}

/// Reads an option whose value is a plain struct of integers.
pub fn option<Value: Copy>(fd: BorrowedFd, level: c_int, option: c_int) -> io::Result<Value> {
    let mut value = MaybeUninit::<Value>::zeroed();
    let mut length = size_of::<Value>() as libc::socklen_t;
    // SAFETY: the value is writable for the length that is given, and zeros are a value of it.
    unsafe {
        check(libc::getsockopt(fd.as_raw_fd(), level, option, value.as_mut_ptr().cast(), &raw mut length))?;
        Ok(value.assume_init())
    }
}

/// A request whose argument is a plain struct that the kernel reads and writes.
pub fn control<Argument>(fd: BorrowedFd, request: u32, argument: &mut Argument) -> io::Result<()> {
    // SAFETY: each request in this crate is made with the struct that it is declared with.
    check(unsafe { libc::ioctl(fd.as_raw_fd(), request as _, (&raw mut *argument).cast::<c_void>()) }).map(|_| ())
}

/// How many octets there were; an error of kind `WouldBlock` where none are.
pub fn read(fd: BorrowedFd, into: &mut [u8]) -> io::Result<usize> {
    // SAFETY: `into` is writable for its length.
    let count = unsafe { libc::read(fd.as_raw_fd(), into.as_mut_ptr().cast(), into.len()) };
    usize::try_from(count).map_err(|_| io::Error::last_os_error())
}
