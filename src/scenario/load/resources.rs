//! The resources, and what workflows and steps hold of them.
//!
//! Rule: a workflow holds its units all the time, so a step finds what its workflow leaves. A
//! requirement that cannot be met even when nobody else holds anything is a mistake.

use super::names::{Names, Section, pick};
use super::top::above_zero;
use crate::base::id::ResourceId;
use crate::base::read::{Mistake, Node, Placed, Read, Table};
use crate::base::time::Span;
use crate::mechanism::reservation::{
    self, Mode, Request, Requirement, Requirements, Unit, UnitId, satisfiable,
};
use crate::scenario::meaning::{self, Holding, Reserve};
use std::collections::BTreeMap;

/// The resources, in the order of their names.
pub(super) struct Resources {
    pub names: Names,
    units: Vec<Unit>,
    /// Nothing is wrong with any of them.
    whole: bool,
}

/// A holding with its requirements as they are written.
pub(super) struct Held {
    pub holding: Box<Holding>,
    requirements: Vec<Requirement>,
}

/// What a task or step books ahead, as written.
struct Booking {
    resource: Placed<String>,
    lead: Span,
    length: Span,
}

impl Resources {
    pub fn read(section: Section<'_>) -> Self {
        let specs = section
            .iter()
            .map(|(name, node)| Some((name.to_owned(), reservation::Spec::read(node)?)));
        let specs: Vec<Option<(String, reservation::Spec)>> = specs.collect();
        let whole = section.names.whole && specs.iter().all(Option::is_some);
        let by_name: BTreeMap<String, reservation::Spec> = specs.into_iter().flatten().collect();
        Resources { names: section.names, units: reservation::units(&by_name), whole }
    }

    /// The units of a type; `None` if a type could not be read.
    pub fn units_of(&self, name: &str) -> Option<Vec<UnitId>> {
        let of = |(_, unit): &(usize, &Unit)| unit.resource == name;
        let units = self.units.iter().enumerate().filter(of).map(|(i, _)| UnitId(i as u32));
        self.whole.then(|| units.collect())
    }

    /// As meant.
    pub fn into_meaning(self) -> meaning::Resources {
        let id = |unit: &Unit| {
            let index = self.names.find(&unit.resource);
            ResourceId::new(index.expect("a unit is of a type"))
        };
        let types = self.units.iter().map(id).collect();
        meaning::Resources { names: self.names.all, units: self.units, types }
    }

    /// What the workflow or step whose table this is holds, besides what its workflow does;
    /// `Some(None)`: nothing.
    pub fn holding(&self, table: &mut Table<'_>, outer: Option<&Held>) -> Option<Option<Held>> {
        let written = table.node("resources");
        let reserve = table.node("reserve");
        if written.is_none() && reserve.is_none() {
            return without(table);
        }
        let waits = pick(table, "on_unavailable", &[("fail", false), ("wait", true)]);
        let timeout = read_timeout(table, waits);
        let mode = match written {
            Some(_) => table.or("acquire", Mode::AllOrNothing),
            None => Mode::AllOrNothing,
        };
        let requirements = match &written {
            Some(node) => Requirements::read(node).map(|Requirements(all)| all),
            None => Some(Vec::new()),
        };
        let booking = table.optional("reserve", Booking::read);
        let (mut requirements, booking) = (requirements?, booking?);
        if let Some(booking) = &booking {
            let node = reserve.as_ref()?;
            requirements.push(booking.requirement(&requirements, node)?);
        }
        let node = written.or(reserve)?;
        let known: Vec<Option<ResourceId>> =
            requirements.iter().map(|it| self.known(&node, it)).collect();
        let types: Vec<ResourceId> = known.into_iter().collect::<Option<_>>()?;
        if !self.whole {
            return None;
        }
        // Each is looked at, so that all mistakes are told.
        let can = |it: &&Requirement| self.can_be_met(&node, it, outer);
        if requirements.iter().filter(can).count() < requirements.len() {
            return None;
        }
        let of = |wanted: fn(&Requirement) -> bool| {
            let all = requirements.iter().zip(&types).filter(|(it, _)| wanted(it));
            all.map(|(_, resource)| *resource).collect::<Vec<ResourceId>>()
        };
        let (waits, timeout) = (waits?, timeout?);
        let holding = Box::new(Holding {
            request: Request::new(&self.units, &requirements, mode),
            alone: of(|it| !it.shared),
            consumes: of(|it| it.consumes),
            waits,
            timeout,
            reserve: booking.zip(types.last()).map(|(booking, resource)| Reserve {
                request: Request::new(&self.units, &requirements[requirements.len() - 1..], mode),
                resource: *resource,
                lead: booking.lead,
                length: booking.length,
            }),
        });
        Some(Some(Held { holding, requirements }))
    }

    fn known(&self, node: &Node<'_>, requirement: &Requirement) -> Option<ResourceId> {
        let Placed { value: name, place } = &requirement.resource;
        let index = self.names.find(name);
        if index.is_none() && self.names.whole {
            let names = self.names.all.iter().map(String::as_str);
            let mistake = Mistake::unknown(place.clone(), self.names.what, name, names);
            node.context().report(mistake);
        }
        index.map(ResourceId::new)
    }

    /// Whether the units are enough for the requirement beside what the workflow holds; reports it
    /// if not.
    fn can_be_met(&self, node: &Node<'_>, it: &Requirement, outer: Option<&Held>) -> bool {
        let name = &it.resource.value;
        let same = outer.iter().flat_map(|outer| &outer.requirements);
        let beside = same.filter(|other| other.resource.value == *name);
        let beside = beside.filter(|other| !(other.shared && it.shared));
        let mut all: Vec<Requirement> = beside.cloned().collect();
        all.push(it.clone());
        if satisfiable(&self.units, &all) {
            return true;
        }
        let one = Requirement { count: 1, ..it.clone() };
        let fitting = (1..=self.units.len() as u32)
            .take_while(|n| satisfiable(&self.units, &[Requirement { count: *n, ..one.clone() }]));
        let fitting = fitting.last().unwrap_or(0);
        let conditions: Vec<String> = it.conditions.iter().map(ToString::to_string).collect();
        let such = match conditions.as_slice() {
            [] => String::new(),
            all => format!(" with {}", all.join(" and ")),
        };
        let (message, help) = if fitting >= it.count {
            (
                format!("its workflow holds `{name}` already, and too few units are left"),
                format!("the workflow holds it during all steps: it needs more units of `{name}`"),
            )
        } else {
            (
                match it.count {
                    1 => format!("a unit of `{name}`{such} can never be had"),
                    count => format!("{count} units of `{name}`{such} can never be had"),
                },
                match fitting {
                    0 => format!("no unit of `{name}` is like this"),
                    1 => format!("there is only one such unit; give `[resources.{name}]` more"),
                    n => format!("there are only {n} such units; give `[resources.{name}]` more"),
                },
            )
        };
        node.context().report(Mistake {
            place: it.resource.place.clone(),
            message: format!("`{}`: {message}", node.path()),
            label: String::from("nobody could ever start"),
            help: Some(help),
            inside: None,
        });
        false
    }

    /// The types named under `returns`.
    pub fn returns(&self, table: &mut Table<'_>) -> Option<Vec<ResourceId>> {
        let Some(node) = table.node("returns") else { return Some(Vec::new()) };
        let found: Vec<Option<usize>> = super::names::name_list(&node)?
            .iter()
            .map(|(name, node)| self.names.resolve(node, name))
            .collect();
        found.into_iter().map(|index| index.map(ResourceId::new)).collect()
    }
}

/// Nothing is held: then nothing is said about how.
fn without(table: &mut Table<'_>) -> Option<Option<Held>> {
    let keys = ["on_unavailable", "resource_timeout", "acquire"];
    let written: Vec<&str> = keys.into_iter().filter(|key| table.has(key)).collect();
    let Some(first) = written.first() else { return Some(None) };
    let node = keys.into_iter().find_map(|key| table.node(key))?;
    node.mistake(
        format!("`{}` says how resources are acquired, and none are named", node.path()),
        "has no effect here",
        format!("write resources = {{ NAME = 1 }}, or remove `{first}`"),
    );
    None
}

/// `resource_timeout`, which says something only where a wait is possible.
fn read_timeout(table: &mut Table<'_>, waits: Option<bool>) -> Option<Option<Span>> {
    let Some(node) = table.node("resource_timeout") else { return Some(None) };
    if waits == Some(false) {
        node.mistake(
            format!("`{}` ends a wait, and nothing waits here", node.path()),
            "has no effect here",
            String::from("write on_unavailable = \"wait\", or remove this"),
        );
        return None;
    }
    above_zero(table, "resource_timeout").map(Some)
}

impl Read for Booking {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let resource = table.need("resource");
        let lead = table.or("lead", Span::ZERO);
        let length = table.need_node("for").and_then(|_| above_zero(&mut table, "for"));
        table.finish();
        Some(Booking { resource: resource?, lead, length: length? })
    }
}

impl Booking {
    /// One unit of it, which may not be asked for otherwise.
    fn requirement(&self, others: &[Requirement], node: &Node<'_>) -> Option<Requirement> {
        if others.iter().any(|other| other.resource.value == self.resource.value) {
            node.context().report(Mistake {
                place: self.resource.place.clone(),
                message: format!("`{}`: it is among the `resources` too", node.path()),
                label: String::from("a second time"),
                help: Some(String::from("what is reserved is held from its time on: say it once")),
                inside: None,
            });
            return None;
        }
        Some(Requirement::of(self.resource.clone(), 1))
    }
}
