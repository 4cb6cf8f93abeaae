//! Centring. The vectors of this kind of model all point roughly in one direction (cosines of .75 to 1). Subtracting
//! what ordinary questions have in common leaves what tells them apart (Mu and Viswanath, *All-but-the-Top*, 2018).

/// The mean of vectors of one length; empty if there are none. Vectors with another length than the first are ignored.
pub fn mean<'a>(vectors: impl IntoIterator<Item = &'a [f32]>) -> Vec<f32> {
    let mut sums: Vec<f64> = Vec::new();
    let mut count = 0u32;
    for vector in vectors {
        if count == 0 {
            sums = vec![0.0; vector.len()];
        }
        if vector.len() == sums.len() {
            sums.iter_mut()
                .zip(vector)
                .for_each(|(sum, x)| *sum += f64::from(*x));
            count += 1;
        }
    }
    sums.iter()
        .map(|sum| (sum / f64::from(count.max(1))) as f32)
        .collect()
}

/// Subtracts `mean` from `vector` and scales it to length 1. An empty `mean` subtracts nothing.
pub fn centre(vector: &mut [f32], mean: &[f32]) {
    vector.iter_mut().zip(mean).for_each(|(x, mean)| *x -= mean);
    normalise(vector);
}

/// Scales `vector` to length 1. A zero vector stays as it is.
pub fn normalise(vector: &mut [f32]) {
    let length = vector
        .iter()
        .map(|x| f64::from(*x).powi(2))
        .sum::<f64>()
        .sqrt();
    if length > 1e-12 {
        vector
            .iter_mut()
            .for_each(|x| *x = (f64::from(*x) / length) as f32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn centring_takes_off_what_is_common() {
        let vectors = [[0.6f32, 0.8, 0.0], [0.6, 0.0, 0.8]];
        let mean = mean(vectors.iter().map(<[f32; 3]>::as_slice));
        assert_eq!(mean, [0.6, 0.4, 0.4]);
        let [mut a, mut b] = vectors;
        centre(&mut a, &mean);
        centre(&mut b, &mean);
        let half = 0.5f32.sqrt();
        for (got, want) in a.iter().chain(&b).zip([0.0, half, -half, 0.0, -half, half]) {
            assert!((got - want).abs() < 1e-6);
        }
    }

    #[test]
    fn nothing_stays_nothing() {
        assert!(mean(std::iter::empty()).is_empty());
        let mut zero = [0.0; 4];
        centre(&mut zero, &[]);
        assert_eq!(zero, [0.0; 4]);
    }
}
