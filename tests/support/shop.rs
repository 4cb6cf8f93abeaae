//! A tiny shop, written as a merchant's files.

use std::fs;
use std::path::Path;

/// The FAQ of the tiny shop.
pub const FAQ: &str = "\
id,question,similar,answer,category
ship,什么时候发货,多久发货|几天能发货,付款后48小时内发货。,物流
return,支持七天无理由退货吗,能退货吗|可以退吗,签收后7天内支持无理由退货。,售后
freight,包邮吗,要邮费吗|免运费吗,全场满99元包邮。,物流
invoice,可以开发票吗,能开发票吗,可以开具电子普通发票。,发票
";

/// Writes a shop with these settings behind the usual ones.
pub fn write(knowledge: &Path, id: &str, name: &str, settings: &str) {
    let folder = knowledge.join(id);
    fs::create_dir_all(folder.join("faq")).expect("a folder");
    let toml = format!("[shop]\nname = \"{name}\"\n{settings}\n");
    fs::write(folder.join("shop.toml"), toml).expect("written");
    fs::write(folder.join("faq/faq.csv"), FAQ).expect("written");
}

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).expect("copied")),
        }
    }
}
