//! Errors as the other side knows them: a code, and the system's own words.

use std::io;

/// What can go wrong. `src/errors.ts` says to people what each means and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    NoSuchInterface,
    NotEthernet,
    InterfaceDown,
    NoPermission,
    BadFrame,
    NoSuchChip,
    NotAChip,
    NoSuchLine,
    LineBusy,
    Closed,
    Failed,
}

impl AsRef<str> for Code {
    fn as_ref(&self) -> &str {
        match self {
            Code::NoSuchInterface => "no-such-interface",
            Code::NotEthernet => "not-ethernet",
            Code::InterfaceDown => "interface-down",
            Code::NoPermission => "no-permission",
            Code::BadFrame => "bad-frame",
            Code::NoSuchChip => "no-such-chip",
            Code::NotAChip => "not-a-chip",
            Code::NoSuchLine => "no-such-line",
            Code::LineBusy => "line-busy",
            Code::Closed => "closed",
            Code::Failed => "failed",
        }
    }
}

pub type Error = napi::Error<Code>;
pub type Result<T> = std::result::Result<T, Error>;

pub fn fail<T>(code: Code, words: impl Into<String>) -> Result<T> {
    Err(Error::new(code, words.into()))
}

/// `call` failed with `error`: no permission is told from all else.
pub fn refused(call: &str, error: &io::Error) -> Error {
    let code = match error.raw_os_error() {
        Some(libc::EPERM | libc::EACCES) => Code::NoPermission,
        _ => Code::Failed,
    };
    Error::new(code, format!("{call}: {error}"))
}
