//! Named tensors of a GGUF or safetensors file, as views into its bytes.
//!
//! Reads only the types that sentence encoders use: 32-bit and 16-bit floats, and llama.cpp's `Q4_0` and `Q8_0` blocks
//! of 32 weights with one 16-bit scale (layouts: `ggml-common.h`; container: `docs/gguf.md`).

use std::collections::HashMap;

use super::error::EmbedError;

/// Weights that share one scale in the `Q4_0` and `Q8_0` layouts, and in [`super::linear`].
pub const BLOCK: usize = 32;

/// How the numbers of a [`Tensor`] are stored, little-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// IEEE 754 single.
    F32,
    /// IEEE 754 half.
    F16,
    /// The upper half of a single.
    Bf16,
    /// 18 bytes per block: scale (F16), then 16 bytes. Byte `j` holds weight `j` in its low and weight `j + 16` in its
    /// high four bits, each plus 8.
    Q4,
    /// 34 bytes per block: scale (F16), then 32 signed bytes.
    Q8,
}

impl Kind {
    /// The bytes of `count` numbers; `None` if `count` is not a whole number of blocks or too large to address.
    pub fn bytes(self, count: usize) -> Option<usize> {
        let blocks = |size: usize| {
            count
                .is_multiple_of(BLOCK)
                .then(|| (count / BLOCK).checked_mul(size))
                .flatten()
        };
        match self {
            Kind::F32 => count.checked_mul(4),
            Kind::F16 | Kind::Bf16 => count.checked_mul(2),
            Kind::Q4 => blocks(18),
            Kind::Q8 => blocks(34),
        }
    }

    /// Writes the numbers stored in `bytes` to `out`; `bytes.len()` is `self.bytes(out.len())`.
    pub fn expand(self, bytes: &[u8], out: &mut [f32]) {
        let halves = |size: usize| {
            bytes
                .chunks_exact(size)
                .map(|b| half(u16::from_le_bytes([b[0], b[1]])))
        };
        match self {
            Kind::F32 => {
                for (value, b) in out.iter_mut().zip(bytes.chunks_exact(4)) {
                    *value = f32::from_le_bytes([b[0], b[1], b[2], b[3]]);
                }
            }
            Kind::F16 => out
                .iter_mut()
                .zip(halves(2))
                .for_each(|(value, half)| *value = half),
            Kind::Bf16 => {
                for (value, b) in out.iter_mut().zip(bytes.chunks_exact(2)) {
                    *value = f32::from_bits(u32::from(u16::from_le_bytes([b[0], b[1]])) << 16);
                }
            }
            Kind::Q4 => {
                for ((block, b), scale) in out
                    .chunks_exact_mut(BLOCK)
                    .zip(bytes.chunks_exact(18))
                    .zip(halves(18))
                {
                    let (low, high) = block.split_at_mut(BLOCK / 2);
                    for ((low, high), byte) in low.iter_mut().zip(high).zip(&b[2..]) {
                        *low = scale * f32::from(i16::from(byte & 15) - 8);
                        *high = scale * f32::from(i16::from(byte >> 4) - 8);
                    }
                }
            }
            Kind::Q8 => {
                for ((block, b), scale) in out
                    .chunks_exact_mut(BLOCK)
                    .zip(bytes.chunks_exact(34))
                    .zip(halves(34))
                {
                    for (value, byte) in block.iter_mut().zip(&b[2..]) {
                        *value = scale * f32::from(*byte as i8);
                    }
                }
            }
        }
    }
}

/// An IEEE 754 half as a single.
pub fn half(bits: u16) -> f32 {
    let sign = u32::from(bits >> 15) << 31;
    let (exponent, mantissa) = (u32::from(bits >> 10) & 31, u32::from(bits) & 1023);
    let magnitude = match exponent {
        0 => (mantissa as f32 * 2f32.powi(-24)).to_bits(),
        31 => 0x7f80_0000 | (mantissa << 13),
        _ => ((exponent + 112) << 23) | (mantissa << 13),
    };
    f32::from_bits(sign | magnitude)
}

/// A matrix or vector, row by row.
#[derive(Debug, Clone, Copy)]
pub struct Tensor<'a> {
    /// How the numbers are stored.
    pub kind: Kind,
    /// Rows; 1 for a vector.
    pub rows: usize,
    /// Numbers per row.
    pub width: usize,
    /// The numbers.
    pub bytes: &'a [u8],
}

impl<'a> Tensor<'a> {
    /// The bytes of row `index`; empty if there is no such row.
    pub fn row(&self, index: usize) -> &'a [u8] {
        let size = self.kind.bytes(self.width).unwrap_or(0);
        self.bytes
            .get(index * size..(index + 1) * size)
            .unwrap_or_default()
    }

    /// All numbers in single precision.
    pub fn values(&self) -> Vec<f32> {
        let mut out = vec![0.0; self.rows * self.width];
        self.kind.expand(self.bytes, &mut out);
        out
    }
}

/// The tensors of a file, by their `BertModel` names.
#[derive(Debug, Default)]
pub struct Tensors<'a>(HashMap<String, Tensor<'a>>);

impl<'a> Tensors<'a> {
    /// The tensor `name` with the shape `rows` × `width`. A leading `bert.` in the file's names is ignored.
    ///
    /// # Errors
    /// If it is missing or has another shape.
    pub fn get(&self, name: &str, rows: usize, width: usize) -> Result<Tensor<'a>, EmbedError> {
        let wrong = |what: String| EmbedError::Tensor {
            name: name.to_owned(),
            what,
        };
        let tensor = *self
            .0
            .get(name)
            .ok_or_else(|| wrong("is missing".to_owned()))?;
        if (tensor.rows, tensor.width) != (rows, width) {
            return Err(wrong(format!(
                "has the shape {} × {} where {rows} × {width} is needed",
                tensor.rows, tensor.width
            )));
        }
        Ok(tensor)
    }

    /// The numbers per row of the tensor `name`, if it exists.
    pub fn width(&self, name: &str) -> Option<usize> {
        self.0.get(name).map(|tensor| tensor.width)
    }

    fn insert(&mut self, name: &str, kind: Kind, shape: &[usize], bytes: &'a [u8]) {
        let name = name.strip_prefix("bert.").unwrap_or(name);
        let (rows, width) = match *shape {
            [width] => (1, width),
            [rows, width] => (rows, width),
            _ => return, // no weight of the BERT shape has more axes; `get` reports what is missing
        };
        self.0.insert(
            name.to_owned(),
            Tensor {
                kind,
                rows,
                width,
                bytes,
            },
        );
    }

    /// Reads a GGUF file (version 2 or 3). Tensors of unknown types are skipped.
    ///
    /// # Errors
    /// If the container is damaged.
    pub fn from_gguf(file: &'a [u8]) -> Result<Self, EmbedError> {
        let damaged = |what: &str| EmbedError::Weights {
            what: format!("model.gguf {what}"),
        };
        let mut at = Reader { file, position: 0 };
        read_gguf(&mut at)
            .ok_or_else(|| damaged("is cut short or is no GGUF file of version 2 or 3"))
    }

    /// Reads the safetensors file called `name`. Tensors of unknown types are skipped.
    ///
    /// # Errors
    /// If the container is damaged.
    pub fn from_safetensors(file: &'a [u8], name: &str) -> Result<Self, EmbedError> {
        let parsed =
            safetensors::SafeTensors::deserialize(file).map_err(|error| EmbedError::Weights {
                what: format!("{name} is damaged ({error})"),
            })?;
        let mut tensors = Self::default();
        for (name, view) in parsed.iter() {
            let kind = match view.dtype() {
                safetensors::Dtype::F32 => Kind::F32,
                safetensors::Dtype::F16 => Kind::F16,
                safetensors::Dtype::BF16 => Kind::Bf16,
                _ => continue,
            };
            tensors.insert(name, kind, view.shape(), view.data());
        }
        Ok(tensors)
    }
}

/// A position in a GGUF file; every step returns `None` at the end of the file.
struct Reader<'a> {
    file: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let end = self.position.checked_add(count)?;
        let taken = self.file.get(self.position..end)?;
        self.position = end;
        Some(taken)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    fn size(&mut self) -> Option<usize> {
        let bytes = self.take(8)?.try_into().ok()?;
        usize::try_from(u64::from_le_bytes(bytes)).ok()
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.size()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    /// Skips a metadata value of the given type. Arrays do not nest in practice; a nested one is an error.
    fn skip_value(&mut self, kind: u32, inside_array: bool) -> Option<()> {
        match kind {
            0 | 1 | 7 => self.take(1).map(drop),
            2 | 3 => self.take(2).map(drop),
            4..=6 => self.take(4).map(drop),
            10..=12 => self.take(8).map(drop),
            8 => self.text().map(drop),
            9 if !inside_array => {
                let (kind, length) = (self.u32()?, self.size()?);
                (0..length).try_for_each(|_| self.skip_value(kind, true))
            }
            _ => None,
        }
    }
}

/// The alignment of tensor data if the file does not give one.
const GGUF_ALIGNMENT: usize = 32;

fn read_gguf<'a>(at: &mut Reader<'a>) -> Option<Tensors<'a>> {
    if at.take(4)? != b"GGUF" || !matches!(at.u32()?, 2 | 3) {
        return None;
    }
    let (tensor_count, value_count) = (at.size()?, at.size()?);
    let mut alignment = GGUF_ALIGNMENT;
    for _ in 0..value_count {
        let (key, kind) = (at.text()?, at.u32()?);
        if key == "general.alignment" && kind == 4 {
            alignment = usize::try_from(at.u32()?).ok().filter(|n| *n > 0)?;
        } else {
            at.skip_value(kind, false)?;
        }
    }
    let mut listed = Vec::new();
    for _ in 0..tensor_count {
        let (name, axes) = (at.text()?, at.u32()?);
        let mut shape = (0..axes.min(8))
            .map(|_| at.size())
            .collect::<Option<Vec<usize>>>()?;
        shape.reverse(); // GGUF lists the fastest axis first
        listed.push((name, shape, at.u32()?, at.size()?));
    }
    let start = at.position.next_multiple_of(alignment);
    let mut tensors = Tensors::default();
    for (name, shape, kind, offset) in listed {
        let kind = match kind {
            0 => Kind::F32,
            1 => Kind::F16,
            2 => Kind::Q4,
            8 => Kind::Q8,
            30 => Kind::Bf16,
            _ => continue,
        };
        let count = shape
            .iter()
            .try_fold(1usize, |product, axis| product.checked_mul(*axis))?;
        let first = start.checked_add(offset)?;
        let bytes = at.file.get(first..first.checked_add(kind.bytes(count)?)?)?;
        tensors.insert(name, kind, &shape, bytes);
    }
    Some(tensors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_keep_their_value() {
        for (bits, value) in [
            (0x0000, 0.0),
            (0x8000, -0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x0001, 5.960_464_5e-8),
            (0x03ff, 6.097_555e-5),
            (0x7bff, 65504.0),
            (0x7c00, f32::INFINITY),
        ] {
            assert_eq!(half(bits).to_bits(), f32::to_bits(value), "{bits:#06x}");
        }
        assert!(half(0x7e00).is_nan());
    }

    #[test]
    fn blocks_expand_to_scale_times_code() {
        let mut bytes = vec![0x00, 0x40]; // scale 2
        bytes.extend((0..16u8).map(|j| j | (15 - j) << 4));
        let mut out = [0.0; BLOCK];
        Kind::Q4.expand(&bytes, &mut out);
        assert_eq!(
            (out[0], out[15], out[16], out[31]),
            (-16.0, 14.0, 14.0, -16.0)
        );
        let mut bytes = vec![0x00, 0x38]; // scale 0.5
        bytes.extend((0..32i8).map(|j| (j - 16) as u8));
        Kind::Q8.expand(&bytes, &mut out);
        assert_eq!((out[0], out[16], out[31]), (-8.0, 0.0, 7.5));
    }

    #[test]
    fn a_damaged_file_is_an_error_not_a_panic() {
        let whole = include_bytes!("../../models/multilingual-e5-small-zh/model.gguf");
        let good = Tensors::from_gguf(whole).unwrap();
        assert_eq!(
            good.get("embeddings.word_embeddings.weight", 101_631, 384)
                .unwrap()
                .kind,
            Kind::Q4
        );
        assert!(
            good.get("embeddings.word_embeddings.weight", 250_002, 384)
                .is_err()
        );
        assert!(good.get("pooler.dense.weight", 384, 384).is_err());
        for length in (0..16_000).step_by(97).chain([whole.len() - 1]) {
            assert!(
                Tensors::from_gguf(&whole[..length]).is_err(),
                "cut at {length}"
            );
        }
        for position in (0..2_000).step_by(7) {
            let mut broken = whole[..15_616].to_vec();
            broken[position] ^= 0xff;
            assert!(
                Tensors::from_gguf(&broken).is_err(),
                "byte {position} changed"
            );
        }
        assert!(Tensors::from_safetensors(&whole[..100], "model.safetensors").is_err());
    }
}
