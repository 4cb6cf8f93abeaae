//! Finds the slots of a product that answer a topic.

use super::{Slot, SpecNames, Strength, Target, Topic};

/// The slots of the product that answer a topic, by the most certain targets that it has. If the topic says a name,
/// only names count.
pub(super) fn resolve(table: &SpecNames, product: u32, topic: &Topic) -> (Vec<Slot>, Strength) {
    for strength in [Strength::Name, Strength::Wording, Strength::Loose] {
        let spoken: Vec<(Target, Vec<Slot>)> = topic
            .targets
            .iter()
            .filter(|target| target.1 == strength)
            .map(|&(target, _)| (target, table.slots(product, target)))
            .collect();
        let spoken = match strength {
            Strength::Loose => spoken,
            Strength::Name | Strength::Wording => by_head(table, product, spoken),
        };
        // The shop's own name comes before the table's groups, which are wider.
        let own = |target: &Target| matches!(target, Target::Name(_) | Target::Core(_));
        let named_by = |target: &Target| {
            let around = |(other, _): &(Target, Vec<Slot>)| {
                matches!(other, Target::Group(_)) && table.belongs(*target, *other)
            };
            strength != Strength::Wording || spoken.iter().any(around)
        };
        // 多长 loosely asks for the 尺寸 too where the 电源线长 is all that a column of that name tells.
        let of_whole =
            |target: &Target| strength != Strength::Loose || !table.measures_part(*target);
        let has_own = spoken.iter().any(|(target, slots)| {
            own(target) && !slots.is_empty() && named_by(target) && of_whole(target)
        });
        let mut found: Vec<Slot> = Vec::new();
        for (target, slots) in &spoken {
            let elsewhere = spoken
                .iter()
                .any(|(_, others)| is_part(table, product, *target, slots, others));
            if elsewhere || has_own && !own(target) {
                continue;
            }
            for slot in slots {
                if !found.contains(slot) {
                    found.push(*slot);
                }
            }
        }
        if !found.is_empty() || (!spoken.is_empty() && strength == Strength::Name) {
            return (found, strength);
        }
    }
    (Vec::new(), Strength::Loose)
}

/// Where the product has no column for any of the targets, the columns of which their words are the head: 整车重量 where
/// 重量 is asked for, 车架材质 where 材质 is.
fn by_head(
    table: &SpecNames,
    product: u32,
    spoken: Vec<(Target, Vec<Slot>)>,
) -> Vec<(Target, Vec<Slot>)> {
    if spoken.iter().any(|(_, slots)| !slots.is_empty()) {
        return spoken;
    }
    let headed = |(target, _)| (target, table.headed(product, target));
    spoken.into_iter().map(headed).collect()
}

/// Whether one target asks only for the end of what another one asks for: 材质 beside 鞋底, if the product has 鞋底材质.
/// `slots` are the target's own, `others` those of the other.
pub(super) fn is_part(
    table: &SpecNames,
    product: u32,
    target: Target,
    slots: &[Slot],
    others: &[Slot],
) -> bool {
    match others {
        [whole] if !slots.contains(whole) => {
            let (tail, name) = (table.title(target), table.name_of(product, *whole));
            name.len() > tail.len() && name.ends_with(tail)
        }
        _ => false,
    }
}
