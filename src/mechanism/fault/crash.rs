//! Agents crash and are repaired when the fault ends: an outage of one, of a pool, of a zone, or of
//! several pools together.
//!
//! Rule: while it is on, an agent that is struck is down: it takes nothing and is no candidate of
//! dispatch. What it serves has failed, or goes back in line to start again or to go on with what
//! is left. An agent may be down for several reasons at once, its own failure among them: it is up
//! again when the last is over, and its own time to failure rests meanwhile.
//!
//! | key    | default | meaning                                                               |
//! |--------|---------|-----------------------------------------------------------------------|
//! | `work` | "fail"  | what becomes of what it serves: `"fail"`, `"return"` or `"resume"`    |
//!
//! and whom it strikes: see [`scope`](super::scope).

use super::scope::Scope;
use crate::base::read::{Node, Read};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "agents are down: one, some, a pool, a zone";

names! {
    /// What becomes of an attempt whose agent fails.
    Fate, "fate of work":
    /// It goes back in line with the work that is left.
    Resume => "resume",
    /// It goes back in line and starts again.
    Return => "return",
    /// It has failed.
    Fail => "fail",
}

/// `crash = { pool = "specialists", agents = 3, work = "fail" }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Whom it strikes.
    pub scope: Scope,
    /// What becomes of their work.
    pub work: Fate,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let scope = Scope::read(&mut table);
        let work = table.or("work", Fate::Fail);
        table.finish();
        Some(Spec { scope: scope?, work })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn work_fails_unless_said_otherwise() {
        let fate = |toml: &str| read::<Spec>(toml).map(|spec| spec.work);
        assert_eq!(fate("{ pool = 'a' }"), Ok(Fate::Fail));
        assert_eq!(fate("{ zone = 'eu', work = 'resume' }"), Ok(Fate::Resume));
        let wrong = fate("{ pool = 'a', work = 'lost' }").unwrap_err();
        assert_eq!(wrong, ["unknown fate of work `lost`"]);
    }
}
