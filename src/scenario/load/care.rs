//! What a step says about attempts that take long or fail: time limit, retries, hedges.
//!
//! A step that says nothing of it has no care, and costs nothing. A time limit of zero, and a hedge
//! that comes after the time limit, are mistakes.

use super::names::pick;
use super::top::above_zero;
use crate::base::read::{Node, Read, Show, Table};
use crate::base::time::Span;
use crate::mechanism::retry;
use crate::scenario::meaning::{Care, Hedge, Timeout};

/// The most tries of one visit of a step.
const MOST_TRIES: u64 = 255;

/// The care that a step takes; `Some(None)`: none is written.
pub(super) fn read(table: &mut Table<'_>) -> Option<Option<Box<Care>>> {
    let written = table.has("timeout");
    let timeout = above_zero(table, "timeout");
    let from_ready = match written {
        true => pick(table, "timeout_from", &[("start", false), ("ready", true)]),
        false => without_timeout(table),
    };
    let cancellable = match table.has("cancellable") {
        true => table.maybe("cancellable"),
        false => Some(false),
    };
    let retry = table.optional("retry", retry::Spec::read);
    let hedge = table.optional("hedge", |node| read_hedge(node, timeout));
    let (from_ready, cancellable, retry, hedge) = (from_ready?, cancellable?, retry?, hedge?);
    if !written && !cancellable && retry.is_none() && hedge.is_none() {
        return Some(None);
    }
    if written && timeout.is_none() {
        return None;
    }
    check_tries(table, retry.as_ref(), hedge.as_ref())?;
    let timeout = timeout.map(|after| Timeout { after, from_ready });
    Some(Some(Box::new(Care { timeout, cancellable, retry, hedge })))
}

/// The tries of a step are numbered in eight bits, copies included.
fn check_tries(
    table: &mut Table<'_>,
    retry: Option<&retry::Spec>,
    hedge: Option<&Hedge>,
) -> Option<()> {
    let attempts = retry.map_or(1, retry::Spec::attempts);
    let copies = hedge.map_or(0, |hedge| u64::from(hedge.copies));
    let tries = u64::from(attempts) * (1 + copies);
    if tries <= MOST_TRIES {
        return Some(());
    }
    let node = table.node("retry").or(table.node("hedge"))?;
    let with = if copies == 0 { String::new() } else { format!(" with {copies} copies of each") };
    node.mistake(
        format!("`{}`: {attempts} attempts{with} are {tries} tries of one step", node.path()),
        format!("more than {MOST_TRIES}"),
        String::from("write fewer attempts; \"1m\" apart, 60 of them are an hour"),
    );
    None
}

/// Where a limit counts from says nothing without a limit.
fn without_timeout(table: &mut Table<'_>) -> Option<bool> {
    if let Some(node) = table.node("timeout_from") {
        node.mistake(
            format!("`{}` says where a limit counts from, and there is none", node.path()),
            "has no effect here",
            String::from("write timeout = \"30s\", for example, or remove this"),
        );
        return None;
    }
    Some(false)
}

/// `{ after = "2s", copies = 1 }`
fn read_hedge(node: &Node<'_>, timeout: Option<Span>) -> Option<Hedge> {
    let mut table = node.table()?;
    let place = table.node("after");
    let after: Option<Span> = table.need("after");
    let copies = match table.node("copies") {
        None => Some(u8::try_from(table.or("copies", 1u32)).unwrap_or(1)),
        Some(node) => match u8::try_from(node.integer()?) {
            Ok(copies) if copies > 0 => Some(copies),
            _ => node.expected("a whole number from 1 to 255", None),
        },
    };
    table.finish();
    let (after, copies) = (after?, copies?);
    if let (Some(limit), Some(place)) = (timeout, place)
        && limit <= after
    {
        place.mistake(
            format!("`{}`: a copy is sent after the time limit of {}", place.path(), limit.show()),
            "nobody waits any more by then",
            format!("write less than {}", limit.show()),
        );
        return None;
    }
    Some(Hedge { after, copies })
}
