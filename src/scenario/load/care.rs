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
    let retry: Option<Option<retry::Spec>> = match table.node("retry") {
        Some(node) => retry::Spec::read(&node).map(Some),
        None => Some(None),
    };
    let hedge = match table.node("hedge") {
        Some(node) => read_hedge(&node, timeout).map(Some),
        None => Some(None),
    };
    let (from_ready, cancellable, retry, hedge) = (from_ready?, cancellable?, retry?, hedge?);
    if !written && !cancellable && retry.is_none() && hedge.is_none() {
        return Some(None);
    }
    if written && timeout.is_none() {
        return None;
    }
    let timeout = timeout.map(|after| Timeout { after, from_ready });
    Some(Some(Box::new(Care { timeout, cancellable, retry, hedge })))
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
