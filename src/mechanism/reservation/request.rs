//! A request: which units of the table would do for each requirement, and in which stages they are
//! acquired.
//!
//! Rule: a stage is taken whole or not at all. All-or-nothing is one stage. Ordered is one stage
//! for each type, types in the order of the table: who holds of a type waits for later types only,
//! so there is no cycle (Havender, Avoiding deadlock in multitasking systems, 1968). Incremental is
//! one stage for each unit, as written: it may deadlock. Invariant: a request takes no unit twice.

use std::sync::Arc;

use super::spec::Requirement;
use super::specification::Specifications;
use crate::base::read::{Mistake, Node, Read, Show, quoted};

/// A unit by its place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnitId(pub u32);

/// One thing that can be held.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Its type: the name of the resource.
    pub resource: String,
    /// What it is like.
    pub specifications: Specifications,
}

/// How the units of a request are acquired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// All at once, or none and wait: `"together"`.
    AllOrNothing,
    /// Type by type in the order of the table: `"ordered"`.
    Ordered,
    /// Unit by unit as written, holding what is acquired: `"as_written"`.
    Incremental,
}

const MODES: [(&str, Mode); 3] = [
    ("together", Mode::AllOrNothing),
    ("ordered", Mode::Ordered),
    ("as_written", Mode::Incremental),
];

/// Units of one type with the same conditions, out of which `count` are needed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Need {
    /// Those that would do, in the order of the table.
    pub units: Vec<UnitId>,
    pub count: u32,
    pub shared: bool,
}

/// What is taken at one time.
pub(super) type Stage = Vec<Need>;

/// What somebody needs, ready to be asked for again and again; a clone is cheap.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub(super) stages: Arc<[Stage]>,
    satisfiable: bool,
}

impl Need {
    /// All that would do.
    pub fn all(&self) -> impl Iterator<Item = UnitId> {
        self.units.iter().copied()
    }
}

impl UnitId {
    /// The place in the table.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl Request {
    /// What `requirements` need of the `units`, in this mode.
    pub fn new(units: &[Unit], requirements: &[Requirement], mode: Mode) -> Request {
        let needs = requirements.iter().map(|requirement| need(units, requirement));
        let stages: Vec<Stage> = match mode {
            Mode::AllOrNothing => vec![needs.collect()],
            Mode::Ordered => {
                let mut needs: Vec<Need> = needs.collect();
                // Units of a type stand together, so the first one tells the type's rank.
                let rank = |need: &Need| need.units.first().map(|unit| rank(units, *unit));
                needs.sort_by_key(rank);
                needs.chunk_by(|a, b| rank(a) == rank(b)).map(<[Need]>::to_vec).collect()
            }
            Mode::Incremental => {
                let single = |need: Need| {
                    let one = Need { count: 1, ..need };
                    std::iter::repeat_n(vec![one], need.count as usize)
                };
                needs.flat_map(single).collect()
            }
        };
        let mut taken = Vec::new();
        let satisfiable = stages.iter().all(|stage| first_fit(stage, &mut taken, Need::all));
        Request { stages: stages.into(), satisfiable }
    }

    /// Whether it can be met when nobody holds anything.
    pub fn is_satisfiable(&self) -> bool {
        self.satisfiable
    }
}

/// Whether the units could meet all the requirements together, when nobody holds anything.
pub fn satisfiable(units: &[Unit], requirements: &[Requirement]) -> bool {
    Request::new(units, requirements, Mode::AllOrNothing).is_satisfiable()
}

/// The place of the first unit of this one's type.
fn rank(units: &[Unit], unit: UnitId) -> Option<usize> {
    units.iter().position(|other| other.resource == units[unit.index()].resource)
}

fn need(units: &[Unit], requirement: &Requirement) -> Need {
    let does = |unit: &Unit| {
        let met =
            |condition: &super::specification::Condition| condition.is_met(&unit.specifications);
        unit.resource == requirement.resource.value && requirement.conditions.iter().all(met)
    };
    let id = |place: usize| UnitId(u32::try_from(place).expect("fewer than 2^32 units"));
    let fitting = units.iter().enumerate().filter(|(_, unit)| does(unit)).map(|(i, _)| id(i));
    Need { units: fitting.collect(), count: requirement.count, shared: requirement.shared }
}

/// Takes a stage, each need's units the first of those that are `open` for it and not taken yet,
/// and adds them to `taken`; `false`, with nothing added, if not all can be had.
pub(super) fn first_fit<'n, I: Iterator<Item = UnitId>>(
    stage: &'n [Need],
    taken: &mut Vec<UnitId>,
    open: impl Fn(&'n Need) -> I,
) -> bool {
    let before = taken.len();
    for need in stage {
        let enough = taken.len() + need.count as usize;
        for unit in open(need) {
            if taken.len() == enough {
                break;
            }
            if !taken.contains(&unit) {
                taken.push(unit);
            }
        }
        if taken.len() < enough {
            taken.truncate(before);
            return false;
        }
    }
    true
}

impl Read for Mode {
    fn read(node: &Node<'_>) -> Option<Self> {
        let text = node.text()?;
        let found = MODES.iter().find(|(name, _)| *name == text);
        if found.is_none() {
            let names = MODES.iter().map(|(name, _)| *name);
            let mistake = Mistake::unknown(node.place(), "mode of acquisition", text, names);
            node.context().report(mistake);
        }
        found.map(|(_, mode)| *mode)
    }
}

impl Show for Mode {
    fn show(&self) -> String {
        let (name, _) = MODES.iter().find(|(_, mode)| mode == self).expect("every mode is listed");
        quoted(name)
    }
}
