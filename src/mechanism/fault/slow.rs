//! Agents are slower.
//!
//! Rule: while it is on, an agent that is struck works at its speed times `factor`, also at what it
//! has in service already: of that the work that is left takes so much longer. Several such faults
//! multiply. Where attempts share an agent's rate, the rate is multiplied.
//!
//! | key      | default | meaning                                                |
//! |----------|---------|--------------------------------------------------------|
//! | `factor` |         | multiplies the speed; above 0 and below 1              |
//!
//! and whom it strikes: see [`scope`](super::scope).

use super::scope::Scope;
use crate::base::read::{Node, Read};

/// The line of `rehearsal list`.
pub const ABOUT: &str = "agents work slower, also at what they have begun";

/// `slow = { pool = "specialists", factor = 0.2 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// Whom it strikes.
    pub scope: Scope,
    /// Multiplies the speed.
    pub factor: f64,
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let scope = Scope::read(&mut table);
        let factor = table.need_node("factor").and_then(|node| read_factor(&node));
        table.finish();
        Some(Spec { scope: scope?, factor: factor? })
    }
}

fn read_factor(node: &Node<'_>) -> Option<f64> {
    let factor = node.number()?;
    if (1e-9..1.0).contains(&factor) {
        return Some(factor);
    }
    let help = match factor {
        0.0 => "agents that stand still are a `pause`",
        _ => "it multiplies the speed: 0.2 is five times as slow",
    };
    node.expected("a number above 0 and below 1", Some(String::from(help)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    #[test]
    fn the_factor_is_below_one() {
        let factor = |toml: &str| read::<Spec>(toml).map(|spec| spec.factor);
        assert_eq!(factor("{ pool = 'a', factor = 0.2 }"), Ok(0.2));
        let wanted = "`x.factor`: expected a number above 0 and below 1, found the number";
        for wrong in ["0", "1", "-1"] {
            let found = factor(&format!("{{ pool = 'a', factor = {wrong} }}")).unwrap_err();
            assert_eq!(found, [format!("{wanted} {wrong}")]);
        }
    }
}
