//! The faults: when each is on, what it does, and whom or what it strikes.
//!
//! A fault is of one kind. A time of day is the first one at or after the start of the run. A fault
//! that recurs needs a horizon, and no written time lies beyond it, so that every run ends.

use super::Sections;
use super::names::{Names, Section};
use super::pools::Pools;
use super::resources::Resources;
use super::top::Top;
use crate::base::dist::Dist;
use crate::base::id::{AgentId, PoolId, WorkloadId};
use crate::base::read::{Context, Mistake, Node, Place, Placed, Read, Show, Table, list_of};
use crate::base::time::{Span, Time};
use crate::base::unit::{Moment, TimeDist};
use crate::mechanism::arrivals;
use crate::mechanism::fault::calendar::{Begins, When};
use crate::mechanism::fault::scope::{Region, Scope, Who};
use crate::mechanism::fault::{self, CHOICES, Spec};
use crate::scenario::meaning::{Fault, Pool, Target, Workload};

const DAY: Span = Span::from_secs(86_400);

/// The keys that say when.
const TIMES: [&str; 3] = ["at", "every", "lasts"];

/// The most times that a fault may be expected to come.
const MOST_TIMES: f64 = 1e7;

/// What faults refer to.
pub(super) struct Ground<'a, 'd> {
    top: &'a Top<'d>,
    pool_names: &'a Names,
    pools: &'a Pools,
    workload_names: &'a Names,
    workloads: &'a [Option<Workload>],
    resources: &'a Resources,
}

/// All faults, in the order of their names.
pub(super) fn read(section: &Section<'_>, ground: &Ground<'_, '_>) -> Option<Vec<Fault>> {
    let faults: Vec<Option<Fault>> =
        section.iter().map(|(name, node)| read_fault(name, node, ground)).collect();
    section.names.whole.then_some(())?;
    faults.into_iter().collect()
}

fn read_fault(name: &str, node: &Node<'_>, ground: &Ground<'_, '_>) -> Option<Fault> {
    let mut table = node.table()?;
    let kind = read_kind(&mut table);
    let when = read_when(&mut table, ground.top);
    table.finish();
    let kind = kind?;
    let target = ground.target(&kind, node.context());
    Some(Fault { name: name.to_owned(), when: when?, kind, target: target? })
}

/// What it does: one of the kinds, by its key.
fn read_kind(table: &mut Table<'_>) -> Option<Spec> {
    let mut written = Vec::new();
    // Known before the kinds, so that `last` is taken for `lasts`.
    for key in TIMES {
        table.has(key);
    }
    for choice in CHOICES {
        if let Some(node) = table.node(choice.name) {
            written.push((choice.name, node));
        }
    }
    written.sort_by_key(|(_, node)| node.key_place().start);
    match written.as_slice() {
        [(name, node)] => Spec::read_named(name, node),
        [] => {
            let others = table.as_node().table()?.entries();
            // A key that is unknown is reported as such: it may be meant to be the kind.
            if others.iter().all(|(key, _)| TIMES.contains(key)) {
                let kinds: Vec<&str> = CHOICES.iter().map(|choice| choice.name).collect();
                table.mistake(
                    format!("`{}` does not say what goes wrong", table.as_node().path()),
                    "what happens?",
                    format!("write one of {}", list_of(&kinds)),
                );
            }
            None
        }
        [_, (second, node), ..] => {
            node.context().report(Mistake {
                place: node.key_place(),
                message: format!("`{}` is of more than one kind", table.as_node().path()),
                label: String::from("a second kind"),
                help: Some(format!("give `{second}` a name of its own, with the same times")),
                inside: None,
            });
            None
        }
    }
}

fn read_when(table: &mut Table<'_>, top: &Top<'_>) -> Option<When> {
    let (at, every) = (table.node("at"), table.node("every"));
    let lasts_node = table.node("lasts");
    let lasts = table.optional("lasts", |node| TimeDist::read(node).map(|TimeDist(dist)| dist));
    let path = table.as_node().path().to_owned();
    let begins = match (at, every) {
        (Some(_), Some(every)) => {
            every.mistake(
                format!("`{path}` says both `at` and `every`"),
                "begins when?",
                String::from("`at` is for times that are known, `every` for gaps: keep one"),
            );
            None
        }
        (Some(at), None) => read_times(&at, top),
        (None, Some(every)) => read_every(&every, top),
        (None, None) => {
            let help = "write at = \"10:00\", or every = { exponential = \"8h\" }";
            let message = format!("`{path}` does not say when it begins");
            table.mistake(message, "needs `at` or `every`", String::from(help));
            None
        }
    };
    let (begins, lasts) = (begins?, lasts?);
    let once = matches!(&begins, Begins::At(times) if times.len() == 1);
    if !once && lasts_node.is_none() {
        table.mistake(
            format!("`{path}` begins more than once, but does not say how long it lasts"),
            "needs `lasts`",
            String::from("write lasts = \"12m\", or how it spreads"),
        );
        return None;
    }
    let when = When { begins, lasts };
    check_number(table, &when, top)?;
    Some(when)
}

/// Refuses a fault that comes so often that the run would hardly end.
fn check_number(table: &mut Table<'_>, when: &When, top: &Top<'_>) -> Option<()> {
    let (Begins::Every(gap), Some(horizon)) = (&when.begins, top.horizon) else { return Some(()) };
    let round = gap.mean() + when.lasts.as_ref().map_or(0.0, Dist::mean);
    if horizon.seconds() / round <= MOST_TIMES {
        return Some(());
    }
    let node = table.node("every")?;
    node.mistake(
        format!("`{}` would come more than {MOST_TIMES:.0e} times", node.path()),
        "this run would hardly end",
        String::from("write a longer gap"),
    );
    None
}

/// The times at which it begins, in order.
fn read_times(node: &Node<'_>, top: &Top<'_>) -> Option<Begins> {
    let nodes = if node.is_list() { node.list()? } else { vec![node.clone()] };
    if nodes.is_empty() {
        return node.expected("at least one time", None);
    }
    let times: Vec<Option<Time>> = nodes.iter().map(|node| read_time(node, top)).collect();
    let mut times = times.into_iter().collect::<Option<Vec<Time>>>()?;
    times.sort_unstable();
    times.dedup();
    Some(Begins::At(times))
}

fn read_time(node: &Node<'_>, top: &Top<'_>) -> Option<Time> {
    let Moment(mut at) = Moment::read(node)?;
    if node.text()?.contains(':') {
        let of_day = at.since(Time::ZERO);
        let first = if of_day >= top.starts_at { of_day } else { of_day + DAY };
        at = Time::ZERO + (first - top.starts_at);
    }
    let horizon = top.horizon.filter(|horizon| at >= Time::ZERO + *horizon);
    let Some(horizon) = horizon else { return Some(at) };
    let (since, horizon) = (at.since(Time::ZERO).show(), horizon.show());
    node.mistake(
        format!("`{}` is {since} after the start, but the run ends at {horizon}", node.path()),
        "would never begin",
        String::from("begin before the horizon, or make that longer"),
    );
    None
}

fn read_every(node: &Node<'_>, top: &Top<'_>) -> Option<Begins> {
    let TimeDist(gap) = TimeDist::read(node)?;
    if gap.mean() <= 0.0 {
        let help = "write how long it is off, such as \"8h\"";
        return node.expected("a time above zero", Some(String::from(help)));
    }
    if top.horizon_node.is_none() {
        node.mistake(
            format!("`{}` comes again and again, and there is no `horizon`", node.path()),
            "until when?",
            String::from("write horizon = \"8h\", for example, at the top"),
        );
        return None;
    }
    Some(Begins::Every(gap))
}

impl<'a, 'd> Ground<'a, 'd> {
    pub fn new(
        sections: &'a Sections<'d>,
        top: &'a Top<'d>,
        pools: &'a Pools,
        workloads: &'a [Option<Workload>],
        resources: &'a Resources,
    ) -> Self {
        let (pool_names, workload_names) = (&sections.pools.names, &sections.workloads.names);
        Ground { top, pool_names, pools, workload_names, workloads, resources }
    }

    /// Whom or what it strikes.
    fn target(&self, kind: &Spec, context: &Context<'_>) -> Option<Target> {
        if let Some(scope) = kind.scope() {
            return self.agents(scope, context);
        }
        if let Some(pools) = kind.pools() {
            let found = self.find_pools(pools, context)?;
            let all = || (0..self.pool_names.all.len()).map(PoolId::new).collect();
            return Some(Target::Pools(if pools.is_empty() { all() } else { found }));
        }
        match kind {
            Spec::Lost(spec) => self.units(spec, context),
            Spec::Surge(spec) => self.workload(&spec.workload, context),
            _ => unreachable!("the other kinds strike agents or pools"),
        }
    }

    fn find_pools(&self, written: &[Placed<String>], context: &Context<'_>) -> Option<Vec<PoolId>> {
        let found: Vec<Option<PoolId>> = written
            .iter()
            .map(|name| find(self.pool_names, name, context).map(PoolId::new))
            .collect();
        let mut pools = found.into_iter().collect::<Option<Vec<PoolId>>>()?;
        pools.sort_unstable();
        pools.dedup();
        Some(pools)
    }

    fn agents(&self, scope: &Scope, context: &Context<'_>) -> Option<Target> {
        let pools = match &scope.place {
            Region::Pools(names) => self.find_pools(names, context)?,
            Region::Zone(zone) => self.zone(zone, context)?,
        };
        let rows: Vec<&Pool> =
            pools.iter().map(|id| self.pools.rows[id.index()].as_ref()).collect::<Option<_>>()?;
        let all = rows.iter().flat_map(|pool| pool.agents()).collect();
        let most = match &scope.who {
            Who::All => None,
            Who::First(first) => Some(first.get()),
            Who::One(number) => {
                let pool = rows.first()?;
                let one = AgentId(pool.first_agent.0 + (number.value.get() - 1));
                if number.value.get() as usize > pool.size() {
                    let (name, size) = (&pool.name, pool.size());
                    return mistake(
                        &number.place,
                        context,
                        format!("there is no agent {} in pool `{name}`", number.value),
                        format!("`{name}` has {}", counted(size, "agent")),
                        String::from("agents are numbered from 1"),
                    );
                }
                return Some(Target::Agents(vec![one], None));
            }
        };
        Some(Target::Agents(all, most))
    }

    /// The pools of a zone.
    fn zone(&self, zone: &Placed<String>, context: &Context<'_>) -> Option<Vec<PoolId>> {
        let rows = self.pools.rows.iter().collect::<Vec<_>>();
        let of = |pool: &Option<Pool>| pool.as_ref()?.conduct.zone.clone();
        let pools: Vec<PoolId> = (0..rows.len())
            .filter(|index| of(rows[*index]).as_ref() == Some(&zone.value))
            .map(PoolId::new)
            .collect();
        if pools.is_empty() && self.pools.whole && rows.iter().all(|row| row.is_some()) {
            let mut zones: Vec<String> = rows.iter().filter_map(|row| of(row)).collect();
            zones.sort_unstable();
            zones.dedup();
            let names = zones.iter().map(String::as_str);
            context.report(Mistake::unknown(zone.place.clone(), "zone", &zone.value, names));
        }
        (!pools.is_empty()).then_some(pools)
    }

    fn units(&self, spec: &fault::lost::Spec, context: &Context<'_>) -> Option<Target> {
        find(&self.resources.names, &spec.resource, context)?;
        let name = &spec.resource.value;
        let units = self.resources.units_of(name)?;
        let Some(count) = &spec.units else {
            let all = units.len() as u32;
            return Some(Target::Units(units, all));
        };
        if count.value.get() as usize > units.len() {
            return mistake(
                &count.place,
                context,
                format!("{} units of `{name}` cannot be lost", count.value),
                format!("there {} only", are(units.len(), "unit")),
                String::from("leave `units` out, and all of them are lost"),
            );
        }
        Some(Target::Units(units, count.value.get()))
    }

    fn workload(&self, name: &Placed<String>, context: &Context<'_>) -> Option<Target> {
        let index = find(self.workload_names, name, context)?;
        let workload = self.workloads[index].as_ref()?;
        if matches!(workload.arrivals, arrivals::Spec::Closed(_)) {
            return mistake(
                &name.place,
                context,
                format!("the arrivals of `{}` cannot surge: it is a closed loop", workload.name),
                String::from("its users come back when they are served"),
                String::from("give it a second workload with more users, for example"),
            );
        }
        Some(Target::Workload(WorkloadId::new(index)))
    }
}

/// The row of this name; reports one that does not exist.
fn find(names: &Names, name: &Placed<String>, context: &Context<'_>) -> Option<usize> {
    let index = names.find(&name.value);
    if index.is_none() && names.whole {
        let known = names.all.iter().map(String::as_str);
        context.report(Mistake::unknown(name.place.clone(), names.what, &name.value, known));
    }
    index
}

fn mistake<T>(
    place: &Place,
    context: &Context<'_>,
    message: String,
    label: String,
    help: String,
) -> Option<T> {
    context.report(Mistake {
        place: place.clone(),
        message,
        label,
        help: Some(help),
        inside: None,
    });
    None
}

fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn are(n: usize, what: &str) -> String {
    let verb = if n == 1 { "is" } else { "are" };
    format!("{verb} {}", counted(n, what))
}
