use super::*;
use crate::embed::tensors::half;

/// Made-up weights of a kind, `outputs` × `inputs`. Eight-bit ones stay within what two four-bit ones can hold.
fn made_up(kind: Kind, outputs: usize, inputs: usize, seed: u32) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let mut bytes = Vec::new();
    for _ in 0..outputs * inputs / BLOCK {
        bytes.extend([next(), 0x20 | (next() & 3)]); // scales about 0.01
        match kind {
            Kind::Q8 => bytes.extend((0..32).map(|_| (next() as i8).min(119) as u8)),
            _ => bytes.extend((0..16).map(|_| next())),
        }
    }
    bytes
}

fn rows(count: usize, width: usize) -> Vec<f32> {
    (0..count * width)
        .map(|i| ((i * 37 % 211) as f32 - 105.0) / 40.0 * if i % 97 == 0 { 8.0 } else { 1.0 })
        .collect()
}

/// Both kernels against a plain sum over expanded weights and the same rounded activations.
#[test]
fn products_agree_with_a_plain_sum() {
    let shapes = [(16, 32), (48, 64), (32, 384), (384, 1536)];
    let kinds = [Kind::Q4, Kind::Q8];
    for (kind, (outputs, inputs)) in kinds
        .into_iter()
        .flat_map(|kind| shapes.map(|shape| (kind, shape)))
    {
        let bytes = made_up(kind, outputs, inputs, 7);
        let tensor = Tensor {
            kind,
            rows: outputs,
            width: inputs,
            bytes: &bytes,
        };
        let bias: Vec<f32> = (0..outputs).map(|i| i as f32 / 100.0 - 1.0).collect();
        let coded = Linear::pack(&[(tensor, bias.clone())], false).unwrap();
        let full = Linear::pack(&[(tensor, bias.clone())], true).unwrap();
        let weights = tensor.values();
        for count in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 17] {
            let input = rows(count, inputs);
            let mut rounded = Vec::new();
            let mut output = vec![0.0; count * outputs];
            coded.apply(&input, &mut rounded, &mut output);
            let Weights::Coded { cells, parts } = &coded.weights else {
                panic!("{kind:?} weights were expanded")
            };
            let seen: Vec<f32> = (0..count * inputs / BLOCK)
                .map(|at| (at / (inputs / BLOCK), at % (inputs / BLOCK)))
                .map(|(row, block)| rounded[block * parts * count + row])
                .flat_map(|block| {
                    block
                        .quads
                        .map(|q| q.to_le_bytes().map(|b| f32::from(b as i8) * block.scale))
                })
                .flatten()
                .collect();
            let product = |way: fn(Product<'_>)| {
                let mut output = vec![0.0; count * outputs];
                way(Product {
                    cells,
                    blocks: inputs / BLOCK * parts,
                    rounded: &rounded,
                    bias: &bias,
                    output: &mut output,
                });
                output
            };
            let portable = product(|product| product.portable());
            #[cfg(target_arch = "x86_64")]
            assert!(
                product(|product| product.avx2()) == output,
                "AVX2 rounds as AVX-512 does"
            );
            let mut exact = vec![0.0; count * outputs];
            full.apply(&input, &mut Vec::new(), &mut exact);
            for row in 0..count {
                for column in 0..outputs {
                    let plain = |x: &[f32]| {
                        let products = x[row * inputs..][..inputs]
                            .iter()
                            .zip(&weights[column * inputs..]);
                        products
                            .map(|(x, w)| f64::from(*x) * f64::from(*w))
                            .sum::<f64>()
                            + f64::from(bias[column])
                    };
                    let at = row * outputs + column;
                    for (name, got, want) in [
                        ("coded", output[at], plain(&seen)),
                        ("portable", portable[at], plain(&seen)),
                        ("full", exact[at], plain(&input)),
                    ] {
                        assert!(
                            (f64::from(got) - want).abs() < 1e-3,
                            "{kind:?} {name} {outputs}×{inputs}, {count} rows, [{row}, {column}]: {got} for {want}"
                        );
                    }
                }
            }
        }
    }
}

/// The extremes of codes and activations: no 16-bit sum may saturate or wrap around.
#[test]
fn extremes_do_not_overflow() {
    for code in [0x00u8, 0xff, 0x0f, 0xf0] {
        for sign in [1.0f32, -1.0] {
            let mut bytes = Vec::new();
            for _ in 0..16 {
                bytes.extend([0x00, 0x3c]);
                bytes.extend([code; 16]);
            }
            let tensor = Tensor {
                kind: Kind::Q4,
                rows: 16,
                width: 32,
                bytes: &bytes,
            };
            let linear = Linear::pack(&[(tensor, vec![0.0; 16])], false).unwrap();
            for input in [
                vec![127.0 * sign; 32],
                (0..32)
                    .map(|i| if i % 4 < 2 { 127.0 } else { -127.0 * sign })
                    .collect(),
            ] {
                let want: f32 = tensor.values()[..32]
                    .iter()
                    .zip(&input)
                    .map(|(w, x)| w * x)
                    .sum();
                let mut output = vec![0.0; 16];
                linear.apply(&input, &mut Vec::new(), &mut output);
                assert!(
                    output.iter().all(|y| *y == want),
                    "code {code:#x} sign {sign}: {output:?} for {want}"
                );
            }
        }
    }
}

#[test]
fn rounding_keeps_zero_and_the_largest() {
    let mut block = [0.0; BLOCK];
    assert_eq!(round_block(&block).scale, 0.0);
    block[5] = -2.54;
    block[6] = 1.0;
    let rounded = round_block(&block);
    let bytes: Vec<i8> = rounded
        .quads
        .iter()
        .flat_map(|q| q.to_le_bytes())
        .map(|b| b as i8)
        .collect();
    assert_eq!((bytes[5], bytes[6], bytes[7]), (-127, 50, 0));
    assert!((rounded.scale - 0.02).abs() < 1e-6);
}

#[test]
fn both_roundings_agree() {
    let mut input = rows(9, 384);
    input[40] = f32::MIN_POSITIVE;
    input[64..96].fill(0.0);
    input[96..128].copy_from_slice(&std::array::from_fn::<f32, 32, _>(|i| {
        63.5 - 4.0 * i as f32 + 0.5
    }));
    let mut rounded = Vec::new();
    round(&input, 96, 2, &mut rounded);
    let blocks = input.as_chunks().0;
    // Three blocks per row: the first of all rows twice, then the second of all rows twice …
    let order = (0..3).flat_map(|block| [block; 2]);
    let portable = order.flat_map(|block| blocks.iter().skip(block).step_by(3).map(round_block));
    let plain = |r: Rounded| (r.quads, r.seed, r.scale.to_bits());
    assert!(rounded.into_iter().map(plain).eq(portable.map(plain)));
}

#[test]
fn tiles_are_even() {
    for (left, most, want) in [
        (1, 6, 1),
        (6, 6, 6),
        (7, 6, 4),
        (13, 6, 5),
        (16, 6, 6),
        (10, 6, 5),
        (5, 4, 3),
    ] {
        assert_eq!(next_tile(left, most), want, "{left} rows");
    }
}

#[test]
fn odd_shapes_are_refused() {
    let bytes = made_up(Kind::Q4, 8, 32, 1);
    let tensor = Tensor {
        kind: Kind::Q4,
        rows: 8,
        width: 32,
        bytes: &bytes,
    };
    assert!(Linear::pack(&[(tensor, vec![0.0; 8])], false).is_err());
    assert!(half(0x2000) > 0.0);
}
