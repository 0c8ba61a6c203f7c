//! SIGINT and SIGTERM: the first one asks to stop, the second one leaves at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::Context;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// What the signals have said.
pub struct Signals {
    /// The exit code that the signal asks for: 128 and its number; 0: none has come.
    code: Arc<AtomicUsize>,
}

impl Signals {
    /// From now on signals do not end the process at once.
    ///
    /// # Errors
    /// The system does not let us.
    pub fn listen() -> anyhow::Result<Self> {
        let (again, code) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let why = || "cannot listen to signals";
        for signal in [SIGINT, SIGTERM] {
            let exit = 128 + signal;
            // In this order: the first signal finds `again` unset and sets it.
            flag::register_conditional_shutdown(signal, exit, again.clone()).with_context(why)?;
            flag::register(signal, again.clone()).with_context(why)?;
            flag::register_usize(signal, code.clone(), exit as usize).with_context(why)?;
        }
        Ok(Signals { code })
    }

    /// The exit code that was asked for, if a signal has come.
    pub fn caught(&self) -> Option<u8> {
        match self.code.load(Ordering::Relaxed) {
            0 => None,
            code => Some(code as u8),
        }
    }
}
