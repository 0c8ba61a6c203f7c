//! Who can do a step: the pools that offer all it needs, and the queue where it waits for them.
//!
//! Rule: the queue is the one that is named, or else the only queue with a pool that can do the
//! step. A pool that lacks one of several needed capabilities cannot do it, even if another pool of
//! the queue has it, unless the step says `require_all = false`: then one is enough. Where the
//! class decides, each of the queues must have such a pool.

use super::names::Names;
use super::offer::{Aptitude, Match};
use super::pools::Pools;
use super::routes::{self, Route};
use super::workflows::Ground;
use crate::base::id::{PoolId, QueueId};
use crate::base::read::{Mistake, Node, Show, Table, list_of};
use crate::scenario::meaning::Skill;

type Needs<'d> = [(&'d str, Node<'d>)];

/// Where a step waits and who can do it.
pub(super) struct Server {
    pub queue: QueueId,
    /// The queue of each class, if the class decides.
    pub by_class: Vec<QueueId>,
    pub skills: Vec<Skill>,
}

/// The queue of the step whose table this is, and who can do it with which chance.
pub(super) fn find(
    table: &mut Table<'_>,
    step: &str,
    workflow: usize,
    needs: Option<&Needs<'_>>,
    asked: Match,
    ground: &Ground<'_, '_>,
) -> Option<Server> {
    let (pools, queues) = (ground.pools, ground.queues);
    let written = table.node("queue");
    let route = written.as_ref().map(|node| routes::read(node, workflow, ground));
    let needs = needs?;
    // With a pool that could not be read nobody knows who can do what.
    if !pools.whole || pools.offers.iter().any(Option::is_none) {
        return None;
    }
    all_known(needs, pools)?;
    let able = able(needs, asked, pools)?;
    let place = needs_node(table);
    if able.is_empty() {
        nobody(&place, step, needs, pools);
        return None;
    }
    let Route { queue, by_class, named } = match route {
        Some(route) => route?,
        None => Route::to(only_queue(table, step, &able, &queues.names)?),
    };
    let mut good = Some(());
    for (node, queue) in &named {
        if !able.iter().any(|(_, of, _)| of == queue) {
            wrong_queue(node, step, *queue, &able, &queues.names);
            good = None;
        }
    }
    good?;
    let serves = |of: &QueueId| *of == queue || by_class.contains(of);
    let of_queue = able.into_iter().filter(|(_, of, _)| serves(of));
    let skill = |(pool, _, Aptitude { chance, speed, share })| Skill { pool, chance, speed, share };
    let skills = of_queue.map(skill).collect();
    Some(Server { queue, by_class, skills })
}

/// Where the step says what it needs.
fn needs_node<'d>(table: &mut Table<'d>) -> Node<'d> {
    table.node("needs").unwrap_or_else(|| table.as_node().clone())
}

/// Every needed capability is offered by some pool.
fn all_known(needs: &Needs<'_>, pools: &Pools) -> Option<()> {
    let mut offered: Vec<&str> = pools
        .offers
        .iter()
        .flatten()
        .flat_map(|offer| &offer.can)
        .map(|can| can.name.as_str())
        .collect();
    offered.sort_unstable();
    offered.dedup();
    let mut good = Some(());
    for (need, node) in needs {
        if !offered.contains(need) {
            let mut mistake =
                Mistake::unknown(node.place(), "capability", need, offered.iter().copied());
            mistake.label = String::from("no pool offers this");
            node.context().report(mistake);
            good = None;
        }
    }
    good
}

/// A pool that can do the step, and its queue.
type Able = (PoolId, QueueId, Aptitude);

/// Every pool that can do the step; `None` if a pool's queue is not known.
fn able(needs: &Needs<'_>, asked: Match, pools: &Pools) -> Option<Vec<Able>> {
    let needs: Vec<&str> = needs.iter().map(|(need, _)| *need).collect();
    let mut able = Vec::new();
    for (index, (offer, queue)) in pools.offers.iter().zip(&pools.queues).enumerate() {
        let offer = offer.as_ref()?;
        if let Some(aptitude) = offer.aptitude(&needs, asked) {
            able.push((PoolId::new(index), (*queue)?, aptitude));
        }
    }
    Some(able)
}

/// Each need is offered, but no pool offers all of them.
fn nobody(place: &Node<'_>, step: &str, needs: &Needs<'_>, pools: &Pools) {
    let has = |pool: usize, need: &str| {
        let offer = pools.offers[pool].as_ref();
        offer.is_some_and(|offer| offer.aptitude(&[need], Match::Whole).is_some())
    };
    let who: Vec<String> = needs
        .iter()
        .map(|(need, _)| {
            let owners: Vec<&str> = (0..pools.names.len())
                .filter(|pool| has(*pool, need))
                .map(|pool| pools.names[pool].as_str())
                .collect();
            format!("{} offers `{need}`", list_of(&owners))
        })
        .collect();
    place.mistake(
        format!(
            "no single pool can do the step `{step}`: it needs all of {}",
            list_of(&needs.iter().map(|(need, _)| *need).collect::<Vec<_>>())
        ),
        "no pool offers all of these",
        format!(
            "{}: let one of them offer all, split the step, or write require_all = false",
            who.join(", ")
        ),
    );
}

fn queue_names<'n>(able: &[Able], queues: &'n Names) -> Vec<&'n str> {
    let mut ids: Vec<QueueId> = able.iter().map(|(_, queue, _)| *queue).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.iter().map(|queue| queues.all[queue.index()].as_str()).collect()
}

fn wrong_queue(node: &Node<'_>, step: &str, queue: QueueId, able: &[Able], queues: &Names) {
    let names = queue_names(able, queues);
    node.mistake(
        format!("no pool of the queue `{}` can do the step `{step}`", queues.all[queue.index()]),
        "nobody there offers all that it needs",
        format!("it can be done from {}", list_of(&names)),
    );
}

/// The one queue of all who can do it; noted as filled in.
fn only_queue(table: &Table<'_>, step: &str, able: &[Able], queues: &Names) -> Option<QueueId> {
    let node = table.as_node();
    let (_, queue, _) = able[0];
    let names = queue_names(able, queues);
    if names.len() > 1 {
        node.mistake(
            format!("the step `{step}` could wait in any of the queues {}", list_of(&names)),
            "in which queue?",
            format!(
                "write queue = \"{}\" here, for example; or let its pools share one queue",
                names[0]
            ),
        );
        return None;
    }
    node.context().fill(node.steps().key("queue"), names[0].to_owned().show());
    Some(queue)
}
