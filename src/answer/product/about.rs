//! A message that names goods and asks nothing: 凌云, 猫砂, 你们有几种猫砂.

use super::Asked;
use crate::answer::proposal::Proposal;
use crate::answer::rule;
use crate::answer::spec::Slot;
use crate::answer::types::ChoiceOption;

/// What a buyer who has asked nothing yet says beside the name.
const WANTS: &[&str] = &[
    "想买", "要买", "买", "卖", "几种", "几款", "推荐", "求", "看看", "在看", "来看",
];

/// The most options offered.
const OPTIONS: usize = 5;

/// As sure as structured knowledge is: what asks nothing is answered by no text.
const SURE: f64 = 0.85;

/// Asks what the buyer wants to know: with the specs of the one product as options, or with the products on sale of the
/// kind. `None` where more is said than a name, or nothing of it is on sale.
pub fn about(asked: &Asked<'_>) -> Option<Proposal> {
    let named = asked.catalogue.names_beside(&asked.plain, WANTS)?;
    let mut products = named.products;
    products.retain(|&product| asked.on_sale(product));
    let name = |&product: &u32| asked.product_at(product).name.as_str();
    let (reply, options, rule) = match products.as_slice() {
        [] => return None,
        [product] => {
            let reply = format!("关于{}，请问您想了解什么？", name(product));
            (reply, specs(asked, *product), "product.about")
        }
        several => {
            let shown = &several[..several.len().min(OPTIONS)];
            let names: Vec<&str> = shown.iter().map(name).collect();
            let more = match several.len() > shown.len() {
                true => format!("等{}款", several.len()),
                false => String::new(),
            };
            let reply = format!("有{}{more}，请问您想了解哪一款？", names.join("、"));
            let option = |product: &u32| ChoiceOption {
                id: format!("product:{}", asked.product_at(*product).id),
                title: name(product).to_owned(),
            };
            (reply, shown.iter().map(option).collect(), rule::ASK_PRODUCT)
        }
    };
    let trace = "names goods and asks nothing".to_owned();
    Some(Proposal {
        options,
        ..Proposal::clarify(reply, SURE, rule, trace)
    })
}

/// The first specs of a product, as options.
fn specs(asked: &Asked<'_>, product: u32) -> Vec<ChoiceOption> {
    let quotable = |at: u32| asked.catalogue.specs.quotable(product, Slot::Spec(at));
    let product = asked.product_at(product);
    (0..)
        .zip(&product.specs)
        .filter(|(at, _)| quotable(*at))
        .take(OPTIONS)
        .map(|(_, spec)| ChoiceOption {
            id: format!("spec:{}/{}", product.id, spec.name),
            title: spec.name.clone(),
        })
        .collect()
}
