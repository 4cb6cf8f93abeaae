//! Tests of size chart layouts.

use super::*;
use crate::knowledge::model::{ChartCell, ChartColumn, ChartRow};

pub(super) fn chart(csv: &str) -> (Option<SizeChart>, Vec<String>) {
    let file = SourceFile {
        path: "sizes/a.csv".into(),
        stem: "a".into(),
        bytes: csv.as_bytes().to_vec(),
    };
    let mut findings = Vec::new();
    let chart = read(&file, &ColumnMap::default(), &mut findings).pop();
    (
        chart,
        findings
            .iter()
            .map(|f| format!("{}:{}", f.code, f.row.unwrap_or(0)))
            .collect(),
    )
}

/// One line per row: `M@3 身高 158..162 体重 48..54`.
fn show(chart: &SizeChart) -> Vec<String> {
    let cell = |column: &ChartColumn, cell: &ChartCell| {
        let measure = column.measure?;
        let interval = cell.interval?;
        let end = |end: Option<f64>| end.map_or(String::new(), |end| end.to_string());
        Some(format!(
            " {measure:?} {}..{}",
            end(interval.low),
            end(interval.high)
        ))
    };
    let row = |row: &ChartRow| {
        let cells: String = chart
            .columns
            .iter()
            .zip(&row.cells)
            .filter_map(|(column, text)| cell(column, text))
            .collect();
        format!("{}@{}{cells}", row.size, row.place.row)
    };
    chart.rows.iter().map(row).collect()
}

#[test]
fn layouts_are_read_rightly() {
    for (name, csv, rows, findings) in [
        (
            "plain",
            "尺码,身高(cm),体重(斤),衣长,国码\nS,≤156,≤95,92,155/80A\nM,157-162,96-108,94,160/84A\nL,163以上,109以上,96,165/88A\n",
            vec![
                "S@2 Height ..156 Weight ..47.5",
                "M@3 Height 157..162 Weight 48..54",
                "L@4 Height 163.. Weight 54.5..",
            ],
            vec![],
        ),
        (
            "any order, size last, remark below",
            "体重(kg),身高(cm),尺码\n40-45,150-155,S\n45-50,155-160,M\n测量有1-3厘米误差属正常,,\n",
            vec![
                "S@2 Weight 40..45 Height 150..155",
                "M@3 Weight 45..50 Height 155..160",
            ],
            vec![],
        ),
        (
            "cross",
            "身高(cm)/体重(斤),80-90,91-100\n150-154,S,-\n155-159,S,M\n",
            vec![
                "S@2 Height 150..154 Weight 40..45",
                "S@3 Height 155..159 Weight 40..45",
                "M@3 Height 155..159 Weight 45.5..50",
            ],
            vec![],
        ),
        (
            "transposed, unit in the sizes",
            "女装尺码表（厘米）,,,\n身体尺码,XS厘米,S厘米,M厘米\n胸围,84,89,94\n腰围,64,69,74\n袖长,75,77,80\n",
            vec![
                "XS@2 Bust 84..84 Waist 64..64",
                "S@2 Bust 89..89 Waist 69..69",
                "M@2 Bust 94..94 Waist 74..74",
            ],
            vec![],
        ),
        (
            "unit and remark in the sizes of rows",
            "身体尺码,胸围,腰围\nXS | 00-2厘米,84,64\nS厘米,89,69\nM,94,74\n",
            vec![
                "XS@2 Bust 84..84 Waist 64..64",
                "S@3 Bust 89..89 Waist 69..69",
                "M@4 Bust 94..94 Waist 74..74",
            ],
            vec![],
        ),
        (
            "sizes that are lengths",
            "尺码,头围(cm)\n56cm,55-56\n58cm,57-58\n",
            vec!["56cm@2 Head 55..56", "58cm@3 Head 57..58"],
            vec![],
        ),
        (
            "two measures in a cell",
            "尺码,身高/体重(斤)\nM,155-160/80-95\nL,160-165/95-110\n",
            vec![
                "M@2 Height 155..160 Weight 40..47.5",
                "L@3 Height 160..165 Weight 47.5..55",
            ],
            vec![],
        ),
        (
            "the same measure in two units",
            "国际,腰围市尺,腰围cm\nS,2尺1,70\nM,2尺2,73\n",
            vec!["S@2 Waist 70..70", "M@3 Waist 73..73"],
            vec![],
        ),
        (
            "garment measures beside national sizes",
            "中国领围,对应身高,肩宽cm,胸围cm,衣长cm\n38,165/84A,46.4,106,76\n39,170/88A,47.6,110,77.5\n",
            vec!["38@2 Height 165..165", "39@3 Height 170..170"],
            vec!["guessed-size-column:1"],
        ),
        (
            "weight without a unit",
            "尺码,身高(cm),体重\nM,160-165,50-55\nL,165-170,55-60\n",
            vec![
                "M@2 Height 160..165 Weight 50..55",
                "L@3 Height 165..170 Weight 55..60",
            ],
            vec!["unit-doubt:1"],
        ),
        (
            "ages",
            "尺码,年龄,身高(cm)\n59,0-3个月,52-59\n66,3-6个月,59-66\n",
            vec!["59@2 Age 0..3 Height 52..59", "66@3 Age 3..6 Height 59..66"],
            vec![],
        ),
    ] {
        let (chart, found) = chart(csv);
        assert_eq!(
            show(&chart.unwrap_or_else(|| panic!("{name}: {found:?}"))),
            rows,
            "{name}"
        );
        assert_eq!(found, findings, "{name}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_a_reason() {
    for (name, csv, findings) in [
        (
            "no size column",
            "身高(cm),体重(斤)\n150-155,80-90\n",
            vec!["missing-column:1"],
        ),
        (
            "short row",
            "尺码,身高(cm),体重(斤)\nS,150-155\n",
            vec!["row-width:2"],
        ),
        (
            "long row",
            "尺码,身高(cm)\nS,150-155,80-90\n",
            vec!["row-width:2"],
        ),
        (
            "bad cell",
            "尺码,身高(cm)\nS,一米五\nM,155-160\n",
            vec!["bad-interval:2"],
        ),
        (
            "backwards",
            "尺码,身高(cm)\nS,155-150\n",
            vec!["bad-interval:2"],
        ),
        (
            "unit mismatch",
            "尺码,身高(kg),体重(斤)\nS,150-155,80-90\n",
            vec!["unit-mismatch:1"],
        ),
        (
            "no measure",
            "尺码,衣长,袖长\nS,60,50\n",
            vec!["chart-without-measure:1"],
        ),
        (
            "bra",
            "尺码,下胸围(cm),上胸围(cm)\n75B,73-77,87-89\n",
            vec!["chart-without-measure:1"],
        ),
        (
            "cross, bad axis",
            "身高(cm)/体重(斤),轻,91-100\n150-154,S,M\n",
            vec!["bad-interval:1"],
        ),
        (
            "cross, short row",
            "身高(cm)/体重(斤),80-90,91-100\n150-154,S\n",
            vec!["row-width:2"],
        ),
        (
            "hole",
            "尺码,身高(cm)\nS,150-155\nM,160-165\n",
            vec!["chart-hole:3"],
        ),
        (
            "overlap",
            "尺码,身高(cm)\nS,150-158\nM,155-165\n",
            vec!["chart-overlap:3"],
        ),
        (
            "out of order",
            "尺码,身高(cm)\nS,150-155\nM,165-170\nL,160-165\nXL,170-175\n",
            vec!["chart-out-of-order:4", "chart-hole:4"],
        ),
        (
            "implausible",
            "尺码,脚长(cm)\n36,225-230\n",
            vec!["unit-doubt:1"],
        ),
        ("header only", "尺码,身高(cm)\n", vec!["no-rows:0"]),
    ] {
        assert_eq!(chart(csv).1, findings, "{name}");
    }
}

#[test]
fn sizes_run_from_small_to_large() {
    for (sizes, sorted) in [
        (
            vec!["2XL", "L", "M", "S", "XXS", "XL", "XXXL"],
            vec!["XXS", "S", "M", "L", "XL", "2XL", "XXXL"],
        ),
        (vec!["40", "38", "39"], vec!["38", "39", "40"]),
        (vec!["大码", "小码"], vec!["大码", "小码"]),
    ] {
        let mut sizes: Vec<String> = sizes.into_iter().map(str::to_string).collect();
        sort_sizes(&mut sizes);
        assert_eq!(sizes, sorted);
    }
}
