//! `y = W x + b` for a few rows `x` at a time. This is nine tenths of a forward pass.
//!
//! Four-bit weights stay four-bit in memory, since a short question is limited by the weights read, once per pass. The
//! activations are rounded to 8 bits in blocks of 32 with a scale each, as in llama.cpp's `Q4_0` × `Q8_0`, and
//! multiplied as integers:
//!
//! - A `Cell` holds 16 outputs × 32 inputs. 64 bytes of it hold 4 inputs of all outputs in the low nibbles, 4 more in
//!   the high ones. They fill one register of AVX-512 or two of AVX2. A shift and a mask extract either half, which
//!   serves a whole tile of rows.
//! - Codes are 0..=15 (weight + 8), activations −127..=127. AVX-512 has a dot product of four bytes (VNNI); 8 of them
//!   make a block. AVX2's `maddubs` sums two products in a 16-bit lane; 8 such sums are widened to 32 bits once per
//!   block.
//! - Eight-bit weights are two four-bit ones, `16 · high + low`. Their cells stand side by side, and each block of
//!   activations is multiplied with both.
//! - Each lane starts at −8 · Σ x of the 16 inputs that are summed in it, which removes the surplus `8 · Σ x`. This
//!   start is kept with the activations as `seed` (or, for a whole block, as `surplus`). A 16-bit lane therefore always
//!   stays within ±8 · 127 · 16 = ±16,256 and cannot overflow.

use super::error::EmbedError;
use super::simd::{self, Arithmetic, Kernel};
use super::tensors::{BLOCK, Kind, Tensor};

/// Outputs computed together.
const PANEL: usize = 16;

/// Four-bit weights of 16 outputs × 32 inputs.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
struct Cell {
    /// `[pair][4 · output + j]`: inputs `8 · pair + j` (low nibble) and `8 · pair + 4 + j` (high nibble) of an output,
    /// plus 8.
    codes: [[u8; 64]; 4],
    /// The factor of a code minus 8, per output.
    scales: [f32; PANEL],
}

/// 32 activations of one row, rounded to 8 bits.
#[derive(Debug, Clone, Copy)]
pub struct Rounded {
    /// Four signed bytes each, the first in the lowest bits.
    quads: [i32; 8],
    /// −8 × the sum of bytes 0 and 1 of all quads in the low, of 2 and 3 in the high 16 bits.
    seed: i32,
    /// −8 × the sum of all bytes.
    surplus: i32,
    /// The factor of a byte.
    scale: f32,
}

impl Rounded {
    /// A block of 8-bit numbers; `sums` are those of bytes 0 and 1, and of bytes 2 and 3, of all quads.
    #[inline(always)]
    fn new(quads: [i32; 8], sums: [i32; 2], largest: f32) -> Rounded {
        let [low, high] = sums.map(|sum| -8 * sum);
        Rounded {
            quads,
            seed: (low & 0xffff) | (high << 16),
            surplus: low + high,
            scale: largest / 127.0,
        }
    }
}

/// Weights, panel by panel of [`PANEL`] outputs, in each by inputs.
#[derive(Debug)]
enum Weights {
    /// `inputs / 32` times `parts` cells per panel: one part for four-bit weights, two for eight-bit ones.
    Coded { cells: Vec<Cell>, parts: usize },
    /// `inputs` rows of 16 outputs per panel.
    Full(Vec<[f32; PANEL]>),
}

/// A layer `y = W x + b`.
#[derive(Debug)]
pub struct Linear {
    inputs: usize,
    bias: Vec<f32>,
    weights: Weights,
}

impl Linear {
    /// Packs weight matrices (one row per output) of the same input width, stacked, with their biases. Four-bit and
    /// eight-bit weights keep their form unless `full` asks for single precision; all others, and mixtures, become
    /// single precision.
    ///
    /// # Errors
    /// If a width is not a multiple of 32 or a stacked height not one of 16.
    pub fn pack(parts: &[(Tensor<'_>, Vec<f32>)], full: bool) -> Result<Self, EmbedError> {
        let inputs = parts.first().map_or(0, |(tensor, _)| tensor.width);
        let bias: Vec<f32> = parts.iter().flat_map(|(_, bias)| bias).copied().collect();
        if !inputs.is_multiple_of(BLOCK) || !bias.len().is_multiple_of(PANEL) {
            let what = format!(
                "a layer of {inputs} inputs and {} outputs; they must be multiples of 32 and 16",
                bias.len()
            );
            return Err(EmbedError::Unsupported { what });
        }
        let rows: Vec<(Kind, &[u8])> = parts
            .iter()
            .flat_map(|(tensor, _)| (0..tensor.rows).map(|row| (tensor.kind, tensor.row(row))))
            .collect();
        let all = |wanted| !full && rows.iter().all(|(kind, _)| *kind == wanted);
        let panels = rows.chunks_exact(PANEL);
        let weights = if all(Kind::Q4) {
            Weights::Coded {
                cells: panels.flat_map(|panel| pack_four(panel, inputs)).collect(),
                parts: 1,
            }
        } else if all(Kind::Q8) {
            Weights::Coded {
                cells: panels.flat_map(|panel| pack_eight(panel, inputs)).collect(),
                parts: 2,
            }
        } else {
            Weights::Full(panels.flat_map(|panel| pack_full(panel, inputs)).collect())
        };
        Ok(Self {
            inputs,
            bias,
            weights,
        })
    }

    /// The length of a row of the result.
    pub fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// Writes `W x + b` for each row `x` of `input` to the rows of `output`. `rounded` is scratch.
    pub fn apply(&self, input: &[f32], rounded: &mut Vec<Rounded>, output: &mut [f32]) {
        match &self.weights {
            Weights::Coded { cells, parts } => {
                round(input, self.inputs, *parts, rounded);
                let product = Product {
                    cells,
                    blocks: self.inputs / BLOCK * parts,
                    rounded,
                    bias: &self.bias,
                    output,
                };
                #[cfg(target_arch = "x86_64")]
                return product.wide();
                #[cfg(not(target_arch = "x86_64"))]
                product.portable();
            }
            Weights::Full(weights) => {
                simd::dispatch(FullProduct {
                    weights,
                    input,
                    inputs: self.inputs,
                    bias: &self.bias,
                    output,
                });
            }
        }
    }
}

impl Cell {
    const EMPTY: Cell = Cell {
        codes: [[0; 64]; 4],
        scales: [0.0; PANEL],
    };

    /// Stores the code (0..=15) of one of 32 inputs of one of 16 outputs.
    fn set(&mut self, output: usize, input: usize, code: u8) {
        let (quad, j) = (input / 4, input % 4);
        self.codes[quad / 2][4 * output + j] |= code << (4 * (quad % 2));
    }
}

/// The cells of 16 rows of `Q8_0` blocks, high and low alternating. A weight q is `16 · high + low − 8` with high in
/// −8..=7 and low in 0..=15, which covers −136 to 119. The few weights above (`tune.py` writes none) are clipped.
fn pack_eight(panel: &[(Kind, &[u8])], inputs: usize) -> Vec<Cell> {
    let mut cells = vec![Cell::EMPTY; 2 * inputs / BLOCK];
    for (output, (_, row)) in panel.iter().enumerate() {
        for (pair, block) in cells.chunks_exact_mut(2).zip(row.chunks_exact(34)) {
            let scale = super::tensors::half(u16::from_le_bytes([block[0], block[1]]));
            for (cell, scale) in pair.iter_mut().zip([16.0 * scale, scale]) {
                cell.scales[output] = scale;
            }
            for (input, &byte) in block[2..].iter().enumerate() {
                let shifted = i16::from(byte as i8).min(119) + 8;
                pair[0].set(output, input, ((shifted >> 4) + 8) as u8);
                pair[1].set(output, input, (shifted & 15) as u8);
            }
        }
    }
    cells
}

/// The cells of 16 rows of `Q4_0` blocks.
fn pack_four(panel: &[(Kind, &[u8])], inputs: usize) -> Vec<Cell> {
    let mut cells = vec![Cell::EMPTY; inputs / BLOCK];
    for (output, (_, row)) in panel.iter().enumerate() {
        for (cell, block) in cells.iter_mut().zip(row.chunks_exact(18)) {
            cell.scales[output] = super::tensors::half(u16::from_le_bytes([block[0], block[1]]));
            for (input, byte) in block[2..].iter().enumerate() {
                cell.set(output, input, byte & 15);
                cell.set(output, input + 16, byte >> 4);
            }
        }
    }
    cells
}

/// 16 rows as columns in single precision.
fn pack_full(panel: &[(Kind, &[u8])], inputs: usize) -> Vec<[f32; PANEL]> {
    let mut columns = vec![[0.0; PANEL]; inputs];
    let mut values = vec![0.0; inputs];
    for (output, (kind, row)) in panel.iter().enumerate() {
        kind.expand(row, &mut values);
        for (column, value) in columns.iter_mut().zip(&values) {
            column[output] = *value;
        }
    }
    columns
}

/// The number of rows in the next tile: at most `most`, in tiles of nearly equal size.
#[inline(always)]
fn next_tile(left: usize, most: usize) -> usize {
    left.div_ceil(left.div_ceil(most))
}

/// Rounds rows of `inputs` numbers to [`Rounded`] blocks: the first block of every row, `parts` times, then the second
/// of every row and so on, so that a tile finds the blocks of its rows side by side.
pub fn round(input: &[f32], inputs: usize, parts: usize, rounded: &mut Vec<Rounded>) {
    rounded.clear();
    let rows = Rows {
        numbers: input.as_chunks().0,
        blocks: inputs / BLOCK,
        parts,
    };
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = pulp::x86::V3::try_new() {
        return simd.vectorize(wide::Round {
            simd,
            rows,
            rounded,
        });
    }
    rows.round(OneByOne, rounded);
}

/// Rows in single precision to be rounded.
struct Rows<'a> {
    numbers: &'a [[f32; BLOCK]],
    /// Blocks per row.
    blocks: usize,
    parts: usize,
}

impl Rows<'_> {
    #[inline(always)]
    fn round(&self, way: impl Rounding, rounded: &mut Vec<Rounded>) {
        for block in 0..self.blocks {
            let first = rounded.len();
            for row in self.numbers.chunks_exact(self.blocks) {
                rounded.push(way.round(&row[block]));
            }
            let last = rounded.len();
            for _ in 1..self.parts {
                rounded.extend_from_within(first..last);
            }
        }
    }
}

/// How a processor rounds a block.
trait Rounding: Copy {
    fn round(self, block: &[f32; BLOCK]) -> Rounded;
}

/// For processors without AVX2.
#[derive(Clone, Copy)]
struct OneByOne;

impl Rounding for OneByOne {
    fn round(self, block: &[f32; BLOCK]) -> Rounded {
        round_block(block)
    }
}

fn round_block(block: &[f32; BLOCK]) -> Rounded {
    let largest = block.iter().fold(0f32, |a, b| a.max(b.abs()));
    let factor = if largest > 0.0 { 127.0 / largest } else { 0.0 };
    let codes = block.map(|x| (x * factor).round_ties_even() as i8);
    let mut sums = [0; 2];
    for quad in codes.as_chunks::<4>().0 {
        sums[0] += i32::from(quad[0]) + i32::from(quad[1]);
        sums[1] += i32::from(quad[2]) + i32::from(quad[3]);
    }
    let quads: [[i8; 4]; 8] = pulp::cast(codes);
    let quads = quads.map(|quad| i32::from_le_bytes(quad.map(|code| code as u8)));
    Rounded::new(quads, sums, largest)
}

/// A product of four-bit weights with rounded rows.
struct Product<'a> {
    cells: &'a [Cell],
    /// Cells per panel.
    blocks: usize,
    /// The blocks of all rows, for each cell of a panel.
    rounded: &'a [Rounded],
    bias: &'a [f32],
    output: &'a mut [f32],
}

impl Product<'_> {
    /// For other processors: the same integers, one at a time.
    #[cfg_attr(
        target_arch = "x86_64",
        allow(dead_code, reason = "also what tests compare with")
    )]
    fn portable(self) {
        let width = self.bias.len();
        let count = self.output.len() / width;
        for (row, output) in self.output.chunks_exact_mut(width).enumerate() {
            for (panel, cells) in self.cells.chunks_exact(self.blocks).enumerate() {
                let at = panel * PANEL..(panel + 1) * PANEL;
                let mut sums = [0f32; PANEL];
                for (cell, blocks) in cells.iter().zip(self.rounded.chunks_exact(count)) {
                    let block = &blocks[row];
                    let mut dots = [0i32; PANEL];
                    for (codes, quads) in cell.codes.iter().zip(block.quads.as_chunks::<2>().0) {
                        let [low, high] = quads.map(i32::to_le_bytes);
                        for (lane, dot) in dots.iter_mut().enumerate() {
                            for j in 0..4 {
                                let code = i32::from(codes[4 * lane + j]);
                                *dot += ((code & 15) - 8) * i32::from(low[j] as i8);
                                *dot += ((code >> 4) - 8) * i32::from(high[j] as i8);
                            }
                        }
                    }
                    for ((sum, dot), scale) in sums.iter_mut().zip(dots).zip(cell.scales) {
                        *sum += dot as f32 * (scale * block.scale);
                    }
                }
                for ((y, sum), bias) in output[at.clone()].iter_mut().zip(sums).zip(&self.bias[at])
                {
                    *y = sum + bias;
                }
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod wide;

/// A product in single precision.
struct FullProduct<'a> {
    weights: &'a [[f32; PANEL]],
    input: &'a [f32],
    inputs: usize,
    bias: &'a [f32],
    output: &'a mut [f32],
}

impl Kernel for FullProduct<'_> {
    #[inline(always)]
    fn run<A: Arithmetic>(self, arithmetic: A) {
        let width = self.bias.len();
        let biases = self.bias.as_chunks::<PANEL>().0;
        for (panel, (weights, bias)) in self
            .weights
            .chunks_exact(self.inputs)
            .zip(biases)
            .enumerate()
        {
            let (mut input, mut output) = (self.input, &mut *self.output);
            while !input.is_empty() {
                let count = next_tile(input.len() / self.inputs, 4);
                let (these, later) = input.split_at(count * self.inputs);
                let (out, out_later) = output.split_at_mut(count * width);
                let out = &mut out[panel * PANEL..];
                match count {
                    1 => full_tile::<1, A>(arithmetic, weights, these, bias, out, width),
                    2 => full_tile::<2, A>(arithmetic, weights, these, bias, out, width),
                    3 => full_tile::<3, A>(arithmetic, weights, these, bias, out, width),
                    _ => full_tile::<4, A>(arithmetic, weights, these, bias, out, width),
                }
                (input, output) = (later, out_later);
            }
        }
    }
}

#[inline(always)]
fn full_tile<const R: usize, A: Arithmetic>(
    arithmetic: A,
    weights: &[[f32; PANEL]],
    input: &[f32],
    bias: &[f32; PANEL],
    out: &mut [f32],
    width: usize,
) {
    let rows: [&[f32]; R] = std::array::from_fn(|r| &input[r * weights.len()..][..weights.len()]);
    let mut sums = [*bias; R];
    for (k, column) in weights.iter().enumerate() {
        for r in 0..R {
            let x = rows[r][k];
            for lane in 0..PANEL {
                sums[r][lane] = arithmetic.multiply_add(x, column[lane], sums[r][lane]);
            }
        }
    }
    for (r, sums) in sums.iter().enumerate() {
        out[r * width..][..PANEL].copy_from_slice(sums);
    }
}

#[cfg(test)]
mod tests;
