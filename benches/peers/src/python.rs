//! The Python peers: two scripts, run if their package can be imported.

use crate::options::Options;
use crate::work::{Queue, Run};
use std::process::Command;

/// A Python package.
pub struct Peer {
    pub name: &'static str,
    /// The Python has the package.
    pub installed: bool,
    python: String,
    script: &'static str,
}

impl Peer {
    /// SimPy and Ciw.
    pub fn all(options: &Options) -> impl Iterator<Item = Peer> {
        let scripts =
            [("simpy", include_str!("../simpy_peer.py")), ("ciw", include_str!("../ciw_peer.py"))];
        scripts.into_iter().map(|(name, script)| {
            let python = options.python.clone();
            let import = Command::new(&python).args(["-c", &format!("import {name}")]).output();
            let installed = import.is_ok_and(|output| output.status.success());
            Peer { name, installed, python, script }
        })
    }

    /// Runs the script, which times itself; nothing if the package is not installed.
    ///
    /// # Errors
    /// If the script fails or prints anything but three numbers.
    pub fn queue(&self, queue: &Queue, seed: u64) -> Result<Option<Run>, String> {
        if !self.installed {
            return Ok(None);
        }
        let numbers = [u64::from(queue.servers), queue.python_customers, seed];
        let output = Command::new(&self.python)
            .args(["-c", self.script])
            .args(numbers.map(|number| number.to_string()))
            .output()
            .map_err(|error| format!("{} does not start: {error}", self.python))?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let told = || {
            let complaint = String::from_utf8_lossy(&output.stderr);
            format!("{} printed `{}` and said `{}`", self.name, printed.trim(), complaint.trim())
        };
        let words: Vec<&str> = printed.split_whitespace().collect();
        let [events, nanos_per_event, value] = words[..] else { return Err(told()) };
        let events: u64 = events.parse().map_err(|_| told())?;
        let nanos_per_event: f64 = nanos_per_event.parse().map_err(|_| told())?;
        let value = value.parse().map_err(|_| told())?;
        Ok(Some(Run { events, nanos: nanos_per_event * events as f64, value }))
    }
}
