//! The network interfaces of this machine, as libpnet lists them.

use napi_derive::napi;
use pnet_datalink::{MacAddr, NetworkInterface};

/// One of them.
#[napi(object)]
pub struct Listed {
    /// As `ip link` calls it.
    pub name: String,
    /// `02:00:00:00:00:01`; all zeros where it has none.
    pub address: String,
    /// Switched on.
    pub up: bool,
    /// Its cable leads to somebody.
    pub carrier: bool,
}

/// All but the loopback, which is no Ethernet.
#[napi]
pub fn interfaces() -> Vec<Listed> {
    let listed = |one: NetworkInterface| Listed {
        address: one.mac.unwrap_or(MacAddr::zero()).to_string(),
        up: one.is_up(),
        carrier: one.is_up() && one.is_running(),
        name: one.name,
    };
    pnet_datalink::interfaces().into_iter().filter(|one| !one.is_loopback()).map(listed).collect()
}
