//! How the agents of a pool behave: failures, warm-up, slow-down, publication, cost and zone; and
//! what an attempt is worth that matches only in part.

use super::names::pick;
use crate::base::read::{Node, Read, Table};
use crate::base::time::Span;
use crate::base::unit::{Costs, Probability, TimeDist};
use crate::mechanism::service;
use crate::scenario::meaning::{Conduct, Failures, Fate, Partial, Usage, WarmUp};

/// The keys of a pool about its agents' conduct.
pub(super) fn read(table: &mut Table<'_>, service: Option<&service::Spec>) -> Option<Conduct> {
    let failures = table.optional("failures", read_failures);
    let warm_up = table.optional("warm_up", read_warm_up);
    let slow_down = read_slow_down(table, service);
    let published_every = read_published(table);
    let partial = read_partial(table);
    let memory = table.optional("memory", read_usage);
    let cpu = table.optional("cpu", read_usage);
    let cost = table.or("cost", Costs::default());
    let zone = table.optional("zone", read_zone);
    Some(Conduct {
        failures: failures?,
        warm_up: warm_up?,
        slow_down: slow_down?,
        published_every: published_every?,
        partial: partial?,
        memory: memory?.unwrap_or_default(),
        cpu: cpu?.unwrap_or_default(),
        cost,
        zone: zone?,
    })
}

/// `{ every = "8h", repair = "20m", while_idle = true, work = "resume" }`
fn read_failures(node: &Node<'_>) -> Option<Failures> {
    let mut table = node.table()?;
    let every_node = table.need_node("every");
    let every = every_node.as_ref().and_then(TimeDist::read);
    let repair: Option<TimeDist> = table.need("repair");
    let while_idle = table.or("while_idle", true);
    let fates = [("resume", Fate::Resume), ("return", Fate::Return), ("fail", Fate::Fail)];
    let work = pick(&mut table, "work", &fates);
    table.finish();
    let (TimeDist(every), every_node) = (every?, every_node?);
    if every.mean() <= 0.0 {
        every_node.mistake(
            format!("`{}`: an agent that always fails does nothing", every_node.path()),
            "no time between failures",
            String::from("write how long an agent works until it fails, such as \"8h\""),
        );
        return None;
    }
    Some(Failures { every, repair: repair?.0, while_idle, work: work? })
}

/// `{ attempts = 3, factor = 0.5 }`
fn read_warm_up(node: &Node<'_>) -> Option<WarmUp> {
    let mut table = node.table()?;
    let attempts: Option<std::num::NonZeroU32> = table.need("attempts");
    let factor = table.need_node("factor").and_then(|node| slower(&node));
    table.finish();
    Some(WarmUp { attempts: attempts?.get(), factor: factor? })
}

/// A share of the speed, above zero.
fn slower(node: &Node<'_>) -> Option<f64> {
    let share = node.number()?;
    if (1e-9..=1.0).contains(&share) {
        return Some(share);
    }
    let help = "it multiplies the speed: 0.5 is half as fast";
    node.expected("a share of the speed, above 0 and at most 1", Some(String::from(help)))
}

fn read_slow_down(table: &mut Table<'_>, service: Option<&service::Spec>) -> Option<f64> {
    let Some(node) = table.node("slow_down") else { return Some(0.0) };
    let slow_down = node.number()?;
    if !(0.0..=1e6).contains(&slow_down) {
        let help = "each other attempt slows a new one: with 0.1, two others make it 1.2 times as \
                    long";
        return node.expected("a number from 0 to 1e6", Some(String::from(help)));
    }
    if service.is_some_and(service::Spec::shares) {
        node.mistake(
            format!("`{}`: the agents share their speed among attempts already", node.path()),
            "has no effect here",
            String::from("`slow_down` is for service = \"slots\""),
        );
        return None;
    }
    Some(slow_down)
}

fn read_published(table: &mut Table<'_>) -> Option<Option<Span>> {
    let Some(node) = table.node("published_every") else { return Some(None) };
    let every = Span::read(&node)?;
    if every == Span::ZERO {
        let help = "leave it out, and dispatch sees the agents as they are";
        return node.expected("a duration above zero", Some(String::from(help)));
    }
    Some(Some(every))
}

/// `partial = { success = 0.8, speed = 0.7 }`
pub(super) fn read_partial(table: &mut Table<'_>) -> Option<Option<Partial>> {
    table.optional("partial", |node| {
        let mut table = node.table()?;
        let success = table.or("success", Probability::ONE).get();
        let speed = match table.node("speed") {
            Some(node) => slower(&node),
            None => Some(table.or("speed", 1.0)),
        };
        table.finish();
        Some(Partial { success, speed: speed? })
    })
}

/// `{ idle = "20%", attempt = "5%" }`
fn read_usage(node: &Node<'_>) -> Option<Usage> {
    let mut table = node.table()?;
    let idle = table.or("idle", Probability::ZERO).get();
    let attempt = table.or("attempt", Probability::ZERO).get();
    table.finish();
    Some(Usage { idle, attempt })
}

fn read_zone(node: &Node<'_>) -> Option<String> {
    match node.text()? {
        "" => node.expected("the name of a zone", None),
        zone => Some(zone.to_owned()),
    }
}
