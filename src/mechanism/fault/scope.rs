//! Whom a fault strikes: agents of pools, or of a zone.
//!
//! | key      | default | meaning                                                           |
//! |----------|---------|-------------------------------------------------------------------|
//! | `pool`   |         | a pool, or a list of pools                                        |
//! | `zone`   |         | or: all pools of a zone                                           |
//! | `agents` | "all"   | or a number: the first so many that are up and on duty when it    |
//! |          |         | begins                                                            |
//! | `agent`  |         | or: one agent of the one pool, by its number from 1               |
//!
//! Whoever is struck stays so until the fault ends; with "all" also who is off duty, so that nobody
//! who comes on meanwhile is spared.

use std::num::NonZeroU32;

use crate::base::read::{Node, Placed, Read, Show, Table, quoted};

/// Whom a fault strikes.
#[derive(Clone, Debug, PartialEq)]
pub struct Scope {
    /// Where they are.
    pub place: Region,
    /// Which of them.
    pub who: Who,
}

/// Where the agents are.
#[derive(Clone, Debug, PartialEq)]
pub enum Region {
    /// In these pools; at least one.
    Pools(Vec<Placed<String>>),
    /// In the pools of this zone.
    Zone(Placed<String>),
}

/// Which of the agents.
#[derive(Clone, Debug, PartialEq)]
pub enum Who {
    /// Every one.
    All,
    /// The first so many that are up and on duty.
    First(NonZeroU32),
    /// The one of this number in its pool, from 1.
    One(Placed<NonZeroU32>),
}

impl Scope {
    /// From the keys of a fault's own table.
    pub fn read(table: &mut Table<'_>) -> Option<Self> {
        let place = read_place(table);
        let who = read_who(table);
        let (place, who) = (place?, who?);
        let one_pool = matches!(&place, Region::Pools(pools) if pools.len() == 1);
        if matches!(who, Who::One(_)) && !one_pool {
            let node = table.node("agent")?;
            node.mistake(
                format!("`{}` is the number of an agent, but it is not said of which", node.path()),
                "of which pool?",
                String::from("write pool = \"NAME\" with one pool, or agents = 1"),
            );
            return None;
        }
        Some(Scope { place, who })
    }
}

fn read_place(table: &mut Table<'_>) -> Option<Region> {
    let Some(zone) = table.node("zone") else {
        return read_pools(&table.need_node("pool")?).map(Region::Pools);
    };
    if table.has("pool") {
        zone.mistake(
            format!("`{}`: the pools are named already", zone.path()),
            "a pool or a zone, not both",
            String::from("remove one of the two"),
        );
        return None;
    }
    Placed::read(&zone).map(Region::Zone)
}

/// The name of a pool, or several; at least one.
pub(super) fn read_pools(node: &Node<'_>) -> Option<Vec<Placed<String>>> {
    if !node.is_list() {
        return Some(vec![Placed::read(node)?]);
    }
    let pools: Vec<Placed<String>> = Read::read(node)?;
    if pools.is_empty() { node.expected("at least one pool", None) } else { Some(pools) }
}

fn read_who(table: &mut Table<'_>) -> Option<Who> {
    let Some(node) = table.node("agent") else {
        return Some(match table.or("agents", Crowd(None)) {
            Crowd(None) => Who::All,
            Crowd(Some(first)) => Who::First(first),
        });
    };
    if table.has("agents") {
        node.mistake(
            format!("`{}`: how many it strikes is said already", node.path()),
            "`agent` or `agents`, not both",
            String::from("`agent` is the number of one, `agents` is how many"),
        );
        return None;
    }
    Placed::read(&node).map(Who::One)
}

/// So many, or all.
struct Crowd(Option<NonZeroU32>);

impl Read for Crowd {
    fn read(node: &Node<'_>) -> Option<Self> {
        let what = "\"all\" or how many agents";
        match (node.is_text(), node.is_number()) {
            (true, _) if node.text()? == "all" => Some(Crowd(None)),
            (false, true) => NonZeroU32::read(node).map(|first| Crowd(Some(first))),
            _ => node.expected(what, None),
        }
    }
}

impl Show for Crowd {
    fn show(&self) -> String {
        self.0.map_or_else(|| quoted("all"), |first| first.show())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanism::check::read;

    impl Read for Scope {
        fn read(node: &Node<'_>) -> Option<Self> {
            let mut table = node.table()?;
            let scope = Scope::read(&mut table);
            table.finish();
            scope
        }
    }

    fn names(scope: &Scope) -> Vec<&str> {
        match &scope.place {
            Region::Pools(pools) => pools.iter().map(|pool| pool.value.as_str()).collect(),
            Region::Zone(zone) => vec![zone.value.as_str()],
        }
    }

    #[test]
    fn agents_are_named_by_pool_or_zone() {
        let scope: Scope = read("{ pool = 'a' }").unwrap();
        assert_eq!((names(&scope), &scope.who), (vec!["a"], &Who::All));
        let scope: Scope = read("{ pool = ['a', 'b'], agents = 3 }").unwrap();
        assert_eq!(names(&scope), ["a", "b"]);
        assert_eq!(scope.who, Who::First(NonZeroU32::new(3).unwrap()));
        let scope: Scope = read("{ zone = 'eu', agents = 'all' }").unwrap();
        assert_eq!((names(&scope), &scope.who), (vec!["eu"], &Who::All));
        let scope: Scope = read("{ pool = 'a', agent = 2 }").unwrap();
        assert!(matches!(scope.who, Who::One(Placed { value, .. }) if value.get() == 2));
    }

    #[test]
    fn what_does_not_say_whom_says_why() {
        for (toml, why) in [
            ("{ agents = 3 }", "missing key `pool` in `x`"),
            ("{ pool = [] }", "`x.pool`: expected at least one pool, found an empty list"),
            ("{ pool = 'a', zone = 'eu' }", "`x.zone`: the pools are named already"),
            (
                "{ pool = 'a', agent = 1, agents = 2 }",
                "`x.agent`: how many it strikes is said already",
            ),
            (
                "{ pool = ['a', 'b'], agent = 1 }",
                "`x.agent` is the number of an agent, but it is not said of which",
            ),
            (
                "{ pool = 'a', agents = 'some' }",
                "`x.agents`: expected \"all\" or how many agents, found the text \"some\"",
            ),
            ("{ pool = 'a', agents = 0 }", "`x.agents`: expected at least 1, found the number 0"),
        ] {
            assert_eq!(read::<Scope>(toml).unwrap_err(), [why], "{toml}");
        }
    }
}
