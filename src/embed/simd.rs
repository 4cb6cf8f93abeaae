//! Loops compiled three times: for AVX-512, for AVX2 with FMA, and for all other processors.
//!
//! A [`Kernel`] is written once, over plain slices and arrays of lanes. [`dispatch`] runs the copy that fits the
//! processor. The compiler turns the lane loops into vector instructions, so no `unsafe` is needed.

/// The operations that differ between the copies of a [`Kernel`].
pub trait Arithmetic: Copy {
    /// `a · b + c`.
    fn multiply_add(self, a: f32, b: f32, c: f32) -> f32;
}

/// One instruction, one rounding.
#[derive(Debug, Clone, Copy)]
struct Fused;

/// Two instructions. Without hardware support a fused multiplication would be a call into the C library.
#[derive(Debug, Clone, Copy)]
struct Separate;

impl Arithmetic for Fused {
    #[inline(always)]
    fn multiply_add(self, a: f32, b: f32, c: f32) -> f32 {
        a.mul_add(b, c)
    }
}

impl Arithmetic for Separate {
    #[inline(always)]
    fn multiply_add(self, a: f32, b: f32, c: f32) -> f32 {
        a * b + c
    }
}

/// A loop over numbers. `run` and everything that it calls must be `#[inline(always)]`: what is not inlined is compiled
/// for the oldest processor.
pub trait Kernel {
    /// The loop.
    fn run<A: Arithmetic>(self, arithmetic: A);
}

/// Runs the copy of `kernel` that fits this processor.
pub fn dispatch<K: Kernel>(kernel: K) {
    #[cfg(target_arch = "x86_64")]
    {
        struct Wide<K>(K);
        impl<K: Kernel> pulp::NullaryFnOnce for Wide<K> {
            type Output = ();
            #[inline(always)]
            fn call(self) {
                self.0.run(Fused);
            }
        }
        if let Some(simd) = pulp::x86::V4::try_new() {
            return simd.vectorize(Wide(kernel));
        }
        if let Some(simd) = pulp::x86::V3::try_new() {
            return simd.vectorize(Wide(kernel));
        }
    }
    if cfg!(target_arch = "aarch64") {
        kernel.run(Fused); // every such processor has it
    } else {
        kernel.run(Separate);
    }
}

/// Adding and subtracting this rounds a single-precision number below 2²² in magnitude to an integer, half to even. The
/// integer is then in the low bits.
pub const ROUND: f32 = 12_582_912.0; // 1.5 · 2²³

/// ln 2 in two parts. The first has so few digits that `n` times it is exact.
const LN_2_HIGH: f32 = 355.0 / 512.0;
const LN_2_LOW: f32 = -2.121_944_4e-4;

/// `e^x` to within 2 units in the last place for x ≤ 88; below −87, the value at −87.
///
/// Split into `2^n · e^r` with |r| ≤ ln 2 / 2 (Cody and Waite, *Software Manual for the Elementary Functions*, 1980);
/// `e^r` is its Taylor polynomial of degree 6.
#[inline(always)]
pub fn exp<A: Arithmetic>(arithmetic: A, x: f32) -> f32 {
    let x = if x < -87.0 { -87.0 } else { x };
    let shifted = arithmetic.multiply_add(x, std::f32::consts::LOG2_E, ROUND);
    let n = shifted - ROUND;
    let r = arithmetic.multiply_add(n, -LN_2_HIGH, x);
    let r = arithmetic.multiply_add(n, -LN_2_LOW, r);
    let mut sum = 1.0 / 720.0;
    for coefficient in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        sum = arithmetic.multiply_add(sum, r, coefficient);
    }
    let power = f32::from_bits(shifted.to_bits().wrapping_add(127) << 23);
    sum * power
}

/// The sum of a slice in 8 running sums, which can be vectorised.
#[inline(always)]
pub fn sum(values: &[f32], map: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0; 8];
    let chunks = values.chunks_exact(8);
    let rest: f32 = chunks.remainder().iter().map(|x| map(*x)).sum();
    for chunk in chunks {
        for lane in 0..8 {
            lanes[lane] += map(chunk[lane]);
        }
    }
    lanes.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_close() {
        for step in -8700..=8800 {
            let x = step as f32 / 100.0;
            let exact = f64::from(x).exp();
            for got in [exp(Fused, x), exp(Separate, x)] {
                assert!(
                    (f64::from(got) / exact - 1.0).abs() < 4e-7,
                    "e^{x}: {got} for {exact}"
                );
            }
        }
        assert!(exp(Fused, f32::NEG_INFINITY) < 1e-37);
    }

    #[test]
    fn sums_take_the_rest_too() {
        let values: Vec<f32> = (0..21u8).map(f32::from).collect();
        assert_eq!(sum(&values, |x| x), 210.0);
        assert_eq!(sum(&values, |x| x * x), 2870.0);
    }
}
