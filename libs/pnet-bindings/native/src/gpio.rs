//! One line of a GPIO chip, by the second version of the kernel's character device (linux/gpio.h).

use std::cell::RefCell;
use std::mem::size_of;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::rc::Rc;

use napi::Env;
use napi::bindgen_prelude::{Function, JsValue};
use napi_derive::napi;

use crate::error::{Code, Result, fail, refused};
use crate::event_loop::{Callback, Watch};
use crate::system;

const ATTRIBUTES: usize = 10;
const LINES: usize = 64;
const NAME: usize = 32;

/// struct gpiochip_info
#[repr(C)]
struct ChipInfo {
    name: [u8; NAME],
    label: [u8; NAME],
    lines: u32,
}

/// struct gpio_v2_line_attribute
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct LineAttribute {
    id: u32,
    padding: u32,
    /// A union of 64 bits: flags, values, or a period.
    value: u64,
}

/// struct gpio_v2_line_config_attribute
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct LineConfigAttribute {
    attribute: LineAttribute,
    /// Which lines of the request it is for.
    mask: u64,
}

/// struct gpio_v2_line_config
#[repr(C)]
#[derive(Default)]
struct LineConfig {
    flags: u64,
    attribute_count: u32,
    padding: [u32; 5],
    attributes: [LineConfigAttribute; ATTRIBUTES],
}

/// struct gpio_v2_line_request
#[repr(C)]
struct LineRequest {
    offsets: [u32; LINES],
    consumer: [u8; NAME],
    config: LineConfig,
    line_count: u32,
    event_buffer_size: u32,
    padding: [u32; 5],
    fd: i32,
}

/// struct gpio_v2_line_values
#[repr(C)]
#[derive(Default)]
struct LineValues {
    bits: u64,
    mask: u64,
}

/// struct gpio_v2_line_event
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct LineEvent {
    timestamp: u64,
    id: u32,
    offset: u32,
    sequence: u32,
    line_sequence: u32,
    padding: [u32; 6],
}

/// enum gpio_v2_line_flag
mod flag {
    pub const ACTIVE_LOW: u64 = 1 << 1;
    pub const INPUT: u64 = 1 << 2;
    pub const OUTPUT: u64 = 1 << 3;
    pub const EDGE_RISING: u64 = 1 << 4;
    pub const EDGE_FALLING: u64 = 1 << 5;
    pub const BIAS_PULL_UP: u64 = 1 << 8;
    pub const BIAS_PULL_DOWN: u64 = 1 << 9;
    pub const BIAS_DISABLED: u64 = 1 << 10;
}

/// enum gpio_v2_line_attr_id
const OUTPUT_VALUES: u32 = 2;
/// enum gpio_v2_line_event_id
const RISING: u32 = 1;

const WRITE: u32 = 1;
const READ: u32 = 2;
/// How the kernel numbers its requests; the same on all machines that Node runs on but PowerPC, MIPS and SPARC.
const fn request<Argument>(direction: u32, number: u32) -> u32 {
    direction << 30 | (size_of::<Argument>() as u32) << 16 | 0xb4 << 8 | number
}
const GET_CHIP_INFO: u32 = request::<ChipInfo>(READ, 0x01);
const GET_LINE: u32 = request::<LineRequest>(READ | WRITE, 0x07);
const GET_VALUES: u32 = request::<LineValues>(READ | WRITE, 0x0e);
const SET_VALUES: u32 = request::<LineValues>(READ | WRITE, 0x0f);

/// What a line is wanted for.
#[napi(object)]
pub struct LineOptions {
    /// Driven by us, with this value from the start; without one it is an input.
    pub drive: Option<bool>,
    pub active_low: bool,
    /// `pull-up`, `pull-down` or `disabled`; as the board has it where there is none.
    pub bias: Option<String>,
    pub rising: bool,
    pub falling: bool,
}

impl LineOptions {
    fn config(&self) -> Result<LineConfig> {
        let mut config = LineConfig::default();
        let mut set = |wanted: bool, flag: u64| config.flags |= if wanted { flag } else { 0 };
        set(self.drive.is_some(), flag::OUTPUT);
        set(self.drive.is_none(), flag::INPUT);
        set(self.active_low, flag::ACTIVE_LOW);
        set(self.rising, flag::EDGE_RISING);
        set(self.falling, flag::EDGE_FALLING);
        match self.bias.as_deref() {
            None => {}
            Some("pull-up") => set(true, flag::BIAS_PULL_UP),
            Some("pull-down") => set(true, flag::BIAS_PULL_DOWN),
            Some("disabled") => set(true, flag::BIAS_DISABLED),
            Some(other) => return fail(Code::Failed, format!("no bias is called {other:?}")),
        }
        if let Some(value) = self.drive {
            config.attribute_count = 1;
            let attribute = LineAttribute { id: OUTPUT_VALUES, padding: 0, value: u64::from(value) };
            config.attributes[0] = LineConfigAttribute { attribute, mask: 1 };
        }
        Ok(config)
    }
}

#[napi]
pub struct GpioLine {
    open: RefCell<Option<Open>>,
}

struct Open {
    _edges: Option<Watch>,
    line: Rc<OwnedFd>,
}

#[napi]
impl GpioLine {
    /// `on_edge` is told `rising` or `falling`, how many milliseconds ago, and its number among the edges of this line.
    #[napi(factory)]
    pub fn open(
        env: Env,
        chip: String,
        offset: u32,
        options: LineOptions,
        on_edge: Function<(), ()>,
    ) -> Result<GpioLine> {
        let line = Rc::new(request_line(&chip, offset, options.config()?)?);
        let edges = if options.rising || options.falling {
            let callback = Callback::new(env.raw(), on_edge.raw())?;
            let watched = line.clone();
            Some(Watch::open(env.raw(), line.as_raw_fd(), move || tell_edges(&watched, &callback))?)
        } else {
            None
        };
        Ok(GpioLine { open: RefCell::new(Some(Open { _edges: edges, line })) })
    }

    /// Whether the line is active.
    #[napi]
    pub fn get(&self) -> Result<bool> {
        let mut values = LineValues { bits: 0, mask: 1 };
        system::control(self.line()?.as_fd(), GET_VALUES, &mut values)
            .map_err(|error| refused("GPIO_V2_LINE_GET_VALUES", &error))?;
        Ok(values.bits & 1 != 0)
    }

    /// Makes an output active, or not.
    #[napi]
    pub fn set(&self, value: bool) -> Result<()> {
        let mut values = LineValues { bits: u64::from(value), mask: 1 };
        system::control(self.line()?.as_fd(), SET_VALUES, &mut values)
            .map_err(|error| refused("GPIO_V2_LINE_SET_VALUES", &error))
    }

    /// Lets go of the line. No edge is told from here on.
    #[napi]
    pub fn close(&self) {
        drop(self.open.take());
    }

    fn line(&self) -> Result<Rc<OwnedFd>> {
        match &*self.open.borrow() {
            Some(open) => Ok(open.line.clone()),
            None => fail(Code::Closed, "it is closed"),
        }
    }
}

fn request_line(path: &str, offset: u32, config: LineConfig) -> Result<OwnedFd> {
    let chip = match system::open(path) {
        Ok(chip) => chip,
        Err(error) if matches!(error.raw_os_error(), Some(libc::ENOENT | libc::ENODEV | libc::ENXIO)) => {
            return fail(Code::NoSuchChip, error.to_string());
        }
        Err(error) if error.raw_os_error() == Some(libc::EISDIR) => return fail(Code::NotAChip, error.to_string()),
        Err(error) => return Err(refused("open", &error)),
    };
    let mut info = ChipInfo { name: [0; NAME], label: [0; NAME], lines: 0 };
    if let Err(error) = system::control(chip.as_fd(), GET_CHIP_INFO, &mut info) {
        return fail(Code::NotAChip, error.to_string());
    }
    if offset >= info.lines {
        return fail(Code::NoSuchLine, format!("it has {} lines", info.lines));
    }
    let mut request = LineRequest {
        offsets: [0; LINES],
        consumer: [0; NAME],
        config,
        line_count: 1,
        event_buffer_size: 0,
        padding: [0; 5],
        fd: -1,
    };
    request.offsets[0] = offset;
    request.consumer[..9].copy_from_slice(b"pilotwire");
    match system::control(chip.as_fd(), GET_LINE, &mut request) {
        Ok(()) => Ok(system::adopt(request.fd)),
        Err(error) if error.raw_os_error() == Some(libc::EBUSY) => fail(Code::LineBusy, error.to_string()),
        Err(error) => Err(refused("GPIO_V2_GET_LINE", &error)),
    }
}

/// What one read of a line gives at most; more is there in the next turn of the loop.
const EVENTS: usize = 16;

fn tell_edges(line: &OwnedFd, callback: &Callback) {
    let mut octets = [0; EVENTS * size_of::<LineEvent>()];
    let Ok(count) = system::read(line.as_fd(), &mut octets) else { return };
    let now = monotonic();
    for event in events(&octets[..count]) {
        let age = now.saturating_sub(event.timestamp) as f64 / 1e6;
        callback.call([
            callback.text(if event.id == RISING { "rising" } else { "falling" }),
            callback.number(age),
            callback.number(f64::from(event.line_sequence)),
        ]);
    }
}

fn events(octets: &[u8]) -> impl Iterator<Item = LineEvent> {
    octets.chunks_exact(size_of::<LineEvent>()).map(|one| {
        // SAFETY: any octets are an event, and there are enough of them.
        unsafe { one.as_ptr().cast::<LineEvent>().read_unaligned() }
    })
}

/// The clock that edges are stamped by, in nanoseconds.
fn monotonic() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the time is writable.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

#[cfg(test)]
mod tests {
    use std::mem::offset_of;

    use super::*;

    /// Sizes, places and numbers as gcc sees them in linux/gpio.h, on 32 bits and on 64.
    #[test]
    fn structs_are_those_of_the_kernel() {
        assert_eq!(size_of::<ChipInfo>(), 68);
        assert_eq!(size_of::<LineAttribute>(), 16);
        assert_eq!(size_of::<LineConfigAttribute>(), 24);
        assert_eq!(size_of::<LineConfig>(), 272);
        assert_eq!(offset_of!(LineConfig, attribute_count), 8);
        assert_eq!(offset_of!(LineConfig, attributes), 32);
        assert_eq!(size_of::<LineRequest>(), 592);
        assert_eq!(offset_of!(LineRequest, consumer), 256);
        assert_eq!(offset_of!(LineRequest, config), 288);
        assert_eq!(offset_of!(LineRequest, line_count), 560);
        assert_eq!(offset_of!(LineRequest, fd), 588);
        assert_eq!(size_of::<LineValues>(), 16);
        assert_eq!(size_of::<LineEvent>(), 48);
        assert_eq!(offset_of!(LineEvent, id), 8);
        assert_eq!(offset_of!(LineEvent, line_sequence), 20);
        assert_eq!(
            [GET_CHIP_INFO, GET_LINE, GET_VALUES, SET_VALUES],
            [0x8044_b401, 0xc250_b407, 0xc010_b40e, 0xc010_b40f]
        );
    }

    fn options(drive: Option<bool>) -> LineOptions {
        LineOptions { drive, active_low: false, bias: None, rising: false, falling: false }
    }

    #[test]
    fn a_wish_becomes_flags_and_a_first_value() {
        let input = LineOptions {
            bias: Some("pull-up".into()),
            active_low: true,
            rising: true,
            falling: true,
            ..options(None)
        };
        assert_eq!(input.config().map(|config| config.flags).ok(), Some(0b1_0011_0110));
        let output = options(Some(true)).config().ok().unwrap();
        assert_eq!((output.flags, output.attribute_count), (flag::OUTPUT, 1));
        let first = output.attributes[0];
        assert_eq!((first.attribute.id, first.attribute.value, first.mask), (2, 1, 1));
        assert!(LineOptions { bias: Some("up".into()), ..options(None) }.config().is_err());
    }

    #[test]
    fn events_are_read_as_the_kernel_writes_them() {
        let mut octets = [0_u8; 100];
        octets[..8].copy_from_slice(&7_000_000_u64.to_ne_bytes());
        octets[8..12].copy_from_slice(&RISING.to_ne_bytes());
        octets[20..24].copy_from_slice(&41_u32.to_ne_bytes());
        octets[56..60].copy_from_slice(&2_u32.to_ne_bytes());
        let found: Vec<_> = events(&octets).map(|event| (event.timestamp, event.id, event.line_sequence)).collect();
        assert_eq!(found, [(7_000_000, 1, 41), (0, 2, 0)]);
    }
}
