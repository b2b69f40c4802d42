//! Raw Ethernet and GPIO lines for Node, on Linux. `src/native.ts` beside this crate says what the other side sees.

mod error;
mod event_loop;
mod filter;
mod gpio;
mod interfaces;
mod link;
mod packet_socket;
mod receiver;
mod system;
