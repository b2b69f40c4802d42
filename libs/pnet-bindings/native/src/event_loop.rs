//! Waits for descriptors on the event loop that JavaScript runs on. So there is no thread, no queue and no lock between
//! the kernel and its callback, and nothing can be called once a watch is closed.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_int, c_void};
use std::mem::transmute_copy;
use std::os::fd::RawFd;
use std::ptr::{NonNull, null_mut};
use std::rc::Rc;
use std::sync::OnceLock;

use napi::sys;

use crate::error::{Code, Error, Result};

type Handle = *mut c_void;
type OnPoll = extern "C" fn(Handle, c_int, c_int);
type OnClosed = extern "C" fn(Handle);

/// What is called of libuv. Node gives its symbols to addons; their shapes are fixed for all of libuv 1.
struct Uv {
    handle_size: unsafe extern "C" fn(c_int) -> usize,
    set_data: unsafe extern "C" fn(Handle, *mut c_void),
    get_data: unsafe extern "C" fn(Handle) -> *mut c_void,
    poll_init: unsafe extern "C" fn(*mut c_void, Handle, c_int) -> c_int,
    poll_start: unsafe extern "C" fn(Handle, c_int, OnPoll) -> c_int,
    close: unsafe extern "C" fn(Handle, OnClosed),
}

const UV_POLL: c_int = 8;
const UV_READABLE: c_int = 1;

/// Looked up by name, so that the crate's own tests link without a Node around them.
fn uv() -> Option<&'static Uv> {
    static FOUND: OnceLock<Option<Uv>> = OnceLock::new();
    /// `Function` is the shape that uv.h gives it.
    unsafe fn symbol<Function: Copy>(name: &CStr) -> Option<Function> {
        // SAFETY: the name ends with a zero, and a function's address is all there is of `Function`.
        unsafe {
            let found = NonNull::new(libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()))?;
            Some(transmute_copy(&found))
        }
    }
    FOUND
        .get_or_init(|| {
            // SAFETY: the shapes are those of uv.h.
            unsafe {
                Some(Uv {
                    handle_size: symbol(c"uv_handle_size")?,
                    set_data: symbol(c"uv_handle_set_data")?,
                    get_data: symbol(c"uv_handle_get_data")?,
                    poll_init: symbol(c"uv_poll_init")?,
                    poll_start: symbol(c"uv_poll_start")?,
                    close: symbol(c"uv_close")?,
                })
            }
        })
        .as_ref()
}

/// A descriptor on the event loop. Closed by `close`, when it is dropped, or with the environment (a worker that ends).
pub struct Watch(Rc<Inner>);

struct Inner {
    env: sys::napi_env,
    uv: &'static Uv,
    handle: Handle,
    layout: Layout,
    /// Node waits for what this hook closes before it takes the event loop down.
    hook: Cell<sys::napi_async_cleanup_hook_handle>,
    closing: Cell<bool>,
    /// Gone once it is closed, and with it what it holds.
    ready: RefCell<Option<Rc<dyn Fn()>>>,
}

impl Watch {
    /// Calls `ready` whenever `fd` can be read or has an error, on the thread of `env`. It is dropped when the loop has let go
    /// of `fd`, so it should hold what owns that.
    pub fn open(env: sys::napi_env, fd: RawFd, ready: impl Fn() + 'static) -> Result<Watch> {
        let failed = |what: &str| Error::new(Code::Failed, format!("{what} failed"));
        let uv = uv().ok_or_else(|| Error::new(Code::Failed, "this Node gives no libuv to its addons".to_owned()))?;
        let mut event_loop = null_mut();
        // SAFETY: `env` is the environment that called; the handle is as large as libuv says.
        unsafe {
            if sys::napi_get_uv_event_loop(env, &mut event_loop) != sys::Status::napi_ok {
                return Err(failed("napi_get_uv_event_loop"));
            }
            let layout =
                Layout::from_size_align((uv.handle_size)(UV_POLL), 16).map_err(|_| failed("uv_handle_size"))?;
            let handle: Handle = alloc_zeroed(layout).cast();
            if (uv.poll_init)(event_loop.cast(), handle, fd) != 0 {
                dealloc(handle.cast(), layout);
                return Err(failed("uv_poll_init"));
            }
            let ready: RefCell<Option<Rc<dyn Fn()>>> = RefCell::new(Some(Rc::new(ready)));
            let inner = Rc::new(Inner {
                env,
                uv,
                handle,
                layout,
                hook: Cell::new(null_mut()),
                closing: Cell::new(false),
                ready,
            });
            // The loop's own share, given back in `on_closed`.
            (uv.set_data)(handle, Rc::into_raw(inner.clone()).cast_mut().cast());
            let watch = Watch(inner);
            let mut hook = null_mut();
            if sys::napi_add_async_cleanup_hook(env, Some(on_teardown), handle, &mut hook) != sys::Status::napi_ok {
                return Err(failed("napi_add_async_cleanup_hook"));
            }
            watch.0.hook.set(hook);
            if (uv.poll_start)(handle, UV_READABLE, on_poll) != 0 {
                return Err(failed("uv_poll_start"));
            }
            Ok(watch)
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Inner {
    fn close(&self) {
        if !self.closing.replace(true) {
            // SAFETY: the handle is open and is closed once.
            unsafe { (self.uv.close)(self.handle, on_closed) };
            // libuv has let go of the descriptor: who holds it may close it now. What is being called stays until then.
            drop(self.ready.take());
        }
    }
}

/// The watch of a handle that is not closed yet.
fn inner_of<'a>(handle: Handle) -> Option<&'a Inner> {
    // SAFETY: set at opening; the loop's share keeps it alive until `on_closed`.
    unsafe { ((uv()?.get_data)(handle) as *const Inner).as_ref() }
}

extern "C" fn on_poll(handle: Handle, status: c_int, _events: c_int) {
    let Some(inner) = inner_of(handle) else { return };
    let Some(ready) = inner.ready.borrow().clone() else { return };
    let mut scope = null_mut();
    // SAFETY: we are on the thread of the environment, outside of any call into it.
    unsafe {
        if sys::napi_open_handle_scope(inner.env, &mut scope) == sys::Status::napi_ok {
            ready();
            sys::napi_close_handle_scope(inner.env, scope);
        }
    }
    // With an error libuv stops to look: `ready` has read it off the descriptor, and what comes later is of interest too.
    if status < 0 && !inner.closing.get() {
        // SAFETY: the handle is open.
        unsafe { (inner.uv.poll_start)(handle, UV_READABLE, on_poll) };
    }
}

extern "C" fn on_closed(handle: Handle) {
    let Some(inner) = inner_of(handle) else { return };
    // SAFETY: this is the loop's share, and libuv does not touch the handle any more.
    unsafe {
        let inner = Rc::from_raw(&raw const *inner);
        dealloc(handle.cast(), inner.layout);
        if !inner.hook.get().is_null() {
            sys::napi_remove_async_cleanup_hook(inner.hook.get());
        }
    }
}

unsafe extern "C" fn on_teardown(_hook: sys::napi_async_cleanup_hook_handle, handle: *mut c_void) {
    if let Some(inner) = inner_of(handle) {
        inner.close();
    }
}

/// A function of JavaScript that is called by events, as Node calls its own: promises run after it, and what it throws is
/// an uncaught exception.
pub struct Callback {
    env: sys::napi_env,
    function: sys::napi_ref,
    context: sys::napi_async_context,
}

impl Callback {
    /// `function` is a function, and we are in a call of `env`.
    pub fn new(env: sys::napi_env, function: sys::napi_value) -> Result<Callback> {
        let mut callback = Callback { env, function: null_mut(), context: null_mut() };
        let mut name = null_mut();
        // SAFETY: all values are of this call.
        let made = unsafe {
            sys::napi_create_string_utf8(env, c"PILOTWIRE_PNET".as_ptr(), 14, &mut name) == sys::Status::napi_ok
                && sys::napi_async_init(env, null_mut(), name, &mut callback.context) == sys::Status::napi_ok
                && sys::napi_create_reference(env, function, 1, &mut callback.function) == sys::Status::napi_ok
        };
        if made { Ok(callback) } else { Err(Error::new(Code::Failed, "a callback cannot be kept".to_owned())) }
    }

    /// Calls it, within a handle scope and outside of any other call.
    pub fn call<const N: usize>(&self, arguments: [sys::napi_value; N]) {
        let (mut function, mut receiver, mut result) = (null_mut(), null_mut(), null_mut());
        // SAFETY: `Watch` calls on the thread of the environment, with a scope open.
        unsafe {
            sys::napi_get_reference_value(self.env, self.function, &mut function);
            sys::napi_get_global(self.env, &mut receiver);
            let called =
                sys::napi_make_callback(self.env, self.context, receiver, function, N, arguments.as_ptr(), &mut result);
            if called == sys::Status::napi_pending_exception {
                let mut error = null_mut();
                sys::napi_get_and_clear_last_exception(self.env, &mut error);
                sys::napi_fatal_exception(self.env, error);
            }
        }
    }

    pub fn number(&self, value: f64) -> sys::napi_value {
        let mut result = null_mut();
        // SAFETY: as in `call`.
        unsafe { sys::napi_create_double(self.env, value, &mut result) };
        result
    }

    pub fn text(&self, value: &str) -> sys::napi_value {
        let mut result = null_mut();
        // SAFETY: as in `call`; the text is readable for its length.
        unsafe { sys::napi_create_string_utf8(self.env, value.as_ptr().cast(), value.len() as isize, &mut result) };
        result
    }
}

impl Drop for Callback {
    fn drop(&mut self) {
        // SAFETY: what was not made is null; the environment is there, for a `Watch` holds it up while it is open.
        unsafe {
            if !self.function.is_null() {
                sys::napi_delete_reference(self.env, self.function);
            }
            if !self.context.is_null() {
                sys::napi_async_destroy(self.env, self.context);
            }
        }
    }
}
