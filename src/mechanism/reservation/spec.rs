//! How resources and requirements are written.
//!
//! ```toml
//! [resources.gpu]          # every key but `count` and `units` is a specification
//! count = 4
//! memory_gb = 40
//! region = "eu"
//!
//! [resources.truck]
//! region = "eu"            # of all units; a unit's own value goes before it
//! units = [{ load_t = 7.5, count = 2 }, { load_t = 40, region = "us" }]
//!
//! [workflows.train.steps.fit.resources]
//! truck = 1
//! gpu = { count = 2, where = ["memory_gb >= 40", "region = eu"], shared = true }
//! parcel = { consumes = true }   # used up when the step is done
//! ```
//!
//! A count is at least 1 and 1 by default; requirements stand in the order of the file.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use super::request::Unit;
use super::specification::{Condition, Specifications, Value};
use crate::base::read::{Node, Placed, Read, Table};

/// The most units of one type that can be written.
const MOST: u32 = 100_000;

/// `[resources.NAME]`: the units of one type, each by its specifications.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// One entry for each unit, in the order of the file.
    pub units: Vec<Specifications>,
}

/// What a step or workflow needs of one type.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    /// The type: the name of a resource, with the place of the reference.
    pub resource: Placed<String>,
    /// How many units, at least 1.
    pub count: u32,
    /// What each unit must be like.
    pub conditions: Vec<Condition>,
    /// Whether others that share may hold the same units.
    pub shared: bool,
    /// Whether the units are used up when what they are held for is done.
    pub consumes: bool,
}

/// `resources = { NAME = ... }` of a step or workflow, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Requirements(pub Vec<Requirement>);

impl Requirement {
    /// So many units of a type, whatever they are like, for the holder alone.
    pub fn of(resource: Placed<String>, count: u32) -> Self {
        Requirement { resource, count, conditions: Vec::new(), shared: false, consumes: false }
    }
}

/// The table of all units: types by name, then units as written.
pub fn units(resources: &BTreeMap<String, Spec>) -> Vec<Unit> {
    let of_type = |(name, spec): (&String, &Spec)| {
        let unit = |specifications: &Specifications| Unit {
            resource: name.clone(),
            specifications: specifications.clone(),
        };
        spec.units.iter().map(unit).collect::<Vec<Unit>>()
    };
    resources.iter().flat_map(of_type).collect()
}

/// The keys of a table that are not asked for: specifications. All are read, so that all mistakes
/// are found.
fn specifications(table: &mut Table<'_>) -> Option<Specifications> {
    let read = |(name, node): (&str, Node<'_>)| (name.to_owned(), Value::read(&node));
    let entries: Vec<_> = table.entries().into_iter().map(read).collect();
    entries.into_iter().map(|(name, value)| Some((name, value?))).collect()
}

/// The count at `node`, 1 if it is not written.
fn count(node: Option<Node<'_>>) -> Option<u32> {
    let Some(node) = node else { return Some(1) };
    let count = NonZeroU32::read(&node)?.get();
    let within = (count <= MOST).then_some(count);
    within.or_else(|| node.expected(&format!("at most {MOST} units"), None))
}

/// One item of `units`: how many, and what is special about them.
struct Group {
    count: u32,
    own: Specifications,
}

impl Read for Group {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let count = count(table.node("count"));
        let own = specifications(&mut table);
        table.finish();
        Some(Group { count: count?, own: own? })
    }
}

impl Read for Spec {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut table = node.table()?;
        let (number, list) = (table.node("count"), table.node("units"));
        if let (Some(number), Some(_)) = (&number, &list) {
            number.mistake(
                format!("`{}`: `units` already says how many there are", node.path()),
                "a second count",
                String::from("remove it, or write it inside the items of `units`"),
            );
            return None;
        }
        let groups = match &list {
            Some(list) => Vec::<Group>::read(list),
            None => count(number).map(|count| vec![Group { count, own: Specifications::new() }]),
        };
        let common = specifications(&mut table);
        table.finish();
        let (groups, common) = (groups?, common?);
        let total: u64 = groups.iter().map(|group| u64::from(group.count)).sum();
        if let Some(list) = list.filter(|_| !(1..=u64::from(MOST)).contains(&total)) {
            return list.expected(&format!("from 1 to {MOST} units"), None);
        }
        let mut units = Vec::new();
        for group in groups {
            let mut one = common.clone();
            one.extend(group.own);
            units.extend(std::iter::repeat_n(one, group.count as usize));
        }
        Some(Spec { units })
    }
}

impl Read for Requirements {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut entries = node.table()?.entries();
        entries.sort_by_key(|(_, entry)| entry.key_place().start);
        let read = |(name, entry): &(&str, Node<'_>)| requirement(name, entry);
        let all: Vec<Option<Requirement>> = entries.iter().map(read).collect();
        all.into_iter().collect::<Option<_>>().map(Requirements)
    }
}

/// The requirement under `name`: a count, or a table.
fn requirement(name: &str, node: &Node<'_>) -> Option<Requirement> {
    let resource = Placed { value: name.to_owned(), place: node.key_place() };
    if node.is_number() {
        let count = count(Some(node.clone()))?;
        return Some(Requirement::of(resource, count));
    }
    if !node.is_table() {
        return node.expected("a count, or a table with `count` and `where`", None);
    }
    let mut table = node.table()?;
    let count = count(table.node("count"));
    let written = table.node("where");
    let conditions = written.map_or(Some(Vec::new()), |written| Vec::read(&written));
    let shared = table.or("shared", false);
    let consumes = table.or("consumes", false);
    if let (true, true, Some(written)) = (shared, consumes, table.node("consumes")) {
        written.mistake(
            format!("`{}`: what is used up cannot be shared", written.path()),
            "others hold it too",
            String::from("remove this, or `shared`"),
        );
        return None;
    }
    table.finish();
    let (count, conditions) = (count?, conditions?);
    Some(Requirement { resource, count, conditions, shared, consumes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::read::{Document, NoFiles};

    fn read<T: Read>(text: &str) -> Result<T, Vec<String>> {
        let read = Document::parse(text).unwrap().read::<T>(&NoFiles);
        let messages = |mistakes: Vec<crate::base::read::Mistake>| {
            mistakes.into_iter().map(|mistake| mistake.message).collect()
        };
        read.map(|(value, _)| value).map_err(messages)
    }

    fn show(specifications: &Specifications) -> Vec<String> {
        let one = |(name, value): (&String, &Value)| format!("{name} {value:?}");
        specifications.iter().map(one).collect()
    }

    #[test]
    fn units_are_counted_or_listed() {
        let spec: Spec = read("count = 3\nmemory_gb = 40\nregion = 'eu'").unwrap();
        assert_eq!(spec.units.len(), 3);
        assert_eq!(show(&spec.units[2]), ["memory_gb Number(40.0)", "region Text(\"eu\")"]);
        let text = "region = 'eu'\nunits = [{ load = 7.5, count = 2 }, { region = 'us' }]";
        let spec: Spec = read(text).unwrap();
        let shown: Vec<_> = spec.units.iter().map(show).collect();
        let light = ["load Number(7.5)", "region Text(\"eu\")"].map(String::from).to_vec();
        assert_eq!(shown, [light.clone(), light, vec![String::from("region Text(\"us\")")]]);
        let bare: Spec = read("").unwrap();
        assert_eq!(units(&BTreeMap::from([(String::from("desk"), bare)])).len(), 1);
    }

    #[test]
    fn mistakes_in_resources_are_told() {
        for (text, mistake) in [
            ("count = 0", "`count`: expected at least 1, found the number 0"),
            ("count = 100001", "`count`: expected at most 100000 units, found the number 100001"),
            ("units = []", "`units`: expected from 1 to 100000 units, found an empty list"),
            ("count = 1\nunits = [{}]", "``: `units` already says how many there are"),
            ("fast = true", "`fast`: expected a specification: a number or a text, found true"),
        ] {
            assert_eq!(read::<Spec>(text), Err(vec![String::from(mistake)]), "{text}");
        }
    }

    #[test]
    fn requirements_stand_in_the_order_of_the_file() {
        let text = "truck = 2\ngpu = { where = ['memory_gb >= 40'], shared = true }";
        let Requirements(all) = read(text).unwrap();
        let rows: Vec<_> = all.iter().map(|it| (it.resource.value.as_str(), it.count)).collect();
        assert_eq!(rows, [("truck", 2), ("gpu", 1)]);
        assert_eq!((all[0].shared, all[1].shared), (false, true));
        assert_eq!(all[1].conditions[0].to_string(), "memory_gb >= 40");
        assert_eq!(&text[all[1].resource.place.clone()], "gpu");
    }

    #[test]
    fn mistakes_in_requirements_are_told() {
        for (text, mistake) in [
            ("gpu = 0", "`gpu`: expected at least 1, found the number 0"),
            ("gpu = { wher = [] }", "unknown key `gpu.wher`"),
            (
                "gpu = 'one'",
                "`gpu`: expected a count, or a table with `count` and `where`, \
                 found the text \"one\"",
            ),
            (
                "gpu = { where = ['memory'] }",
                "`gpu.where[0]`: expected a condition such as \"memory_gb >= 40\", \
                 found the text \"memory\"",
            ),
        ] {
            assert_eq!(read::<Requirements>(text), Err(vec![String::from(mistake)]), "{text}");
        }
    }
}
