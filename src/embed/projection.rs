//! Vectors of single tokens, for comparing two texts token by token (*late interaction*: Khattab and Zaharia, "ColBERT:
//! efficient and effective passage search via contextualized late interaction over BERT", 2020).
//!
//! One vector for a whole text blurs what it asks; its tokens keep it. A model folder may contain
//! `projection.safetensors`, a linear map from the output of the last layer to short vectors. Without it, texts have no
//! token vectors.

use super::centre;
use super::error::EmbedError;
use super::tensors::Tensors;

/// The factor from a token's number, −½..½, to its 8-bit code. In unit vectors of this length hardly any number exceeds
/// a half; those are clipped.
const SCALE: f32 = 254.0;

/// The linear map.
#[derive(Debug)]
pub struct Projection {
    /// One row per input, one column per output.
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl Projection {
    /// Reads the `projection.safetensors` of a model with `inputs` numbers per token: `weight`, inputs × outputs, and
    /// `bias`.
    ///
    /// # Errors
    /// If the file is damaged or belongs to another model.
    pub fn read(file: &[u8], inputs: usize) -> Result<Self, EmbedError> {
        let tensors = Tensors::from_safetensors(file, "projection.safetensors")?;
        let outputs = tensors.width("bias").unwrap_or(0);
        Ok(Self {
            weight: tensors.get("weight", inputs, outputs)?.values(),
            bias: tensors.get("bias", 1, outputs)?.values(),
        })
    }

    /// The length of a token's vector.
    pub fn width(&self) -> usize {
        self.bias.len()
    }

    /// The vectors of tokens, one after the other, from the output of the last layer; each of length 1, in 8 bits.
    pub fn apply(&self, states: &[f32]) -> Vec<i8> {
        let (width, inputs) = (self.width(), self.weight.len() / self.width().max(1));
        let mut codes = Vec::with_capacity(states.len() / inputs.max(1) * width);
        let mut vector = vec![0.0; width];
        for state in states.chunks_exact(inputs) {
            vector.copy_from_slice(&self.bias);
            for (x, row) in state.iter().zip(self.weight.chunks_exact(width)) {
                vector.iter_mut().zip(row).for_each(|(y, w)| *y += x * w);
            }
            centre::normalise(&mut vector);
            codes.extend(vector.iter().map(|y| (y * SCALE).round() as i8));
        }
        codes
    }
}

/// The numbers of tokens from their codes.
pub fn values(codes: impl Iterator<Item = i8>) -> Vec<f32> {
    codes.map(|code| f32::from(code) / SCALE).collect()
}

/// The cosine of two tokens whose codes have the dot product `product`.
pub fn cosine(product: i32) -> f32 {
    product as f32 / (SCALE * SCALE)
}
