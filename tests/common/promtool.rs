//! Prometheus's own tool, for the tests that ask it.

use std::path::Path;
use std::process::{Command, Output};

/// The tool's answer to these arguments in a directory; `None` where there is no tool.
pub fn promtool(directory: &Path, arguments: &[&str]) -> Option<Output> {
    let tool = std::env::var_os("PROMTOOL").unwrap_or_else(|| "promtool".into());
    match Command::new(&tool).args(arguments).current_dir(directory).output() {
        Ok(output) => Some(output),
        Err(error) => {
            eprintln!("skipped: {} does not run ({error})", tool.to_string_lossy());
            assert!(std::env::var_os("PROMTOOL").is_none(), "PROMTOOL names no tool");
            None
        }
    }
}

/// What the tool prints.
pub fn printed(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
