//! Code for newer processors: what the hot loops do is compiled a second time, with instructions that not every x86-64
//! has, and run where there are some.

/// Makes a method of `$body`, which is compiled twice: as `$plain`, and as `$newer` for processors with the
/// instructions of x86-64-v3.
macro_rules! compiled_twice {
    ($(#[$docs:meta])* fn $name:ident(&self $(, $argument:ident: $type:ty)* $(,)?) as $plain:ident, $newer:ident of $body:ident) => {
        $(#[$docs])*
        #[inline(always)]
        fn $name(&self $(, $argument: $type)*) {
            #[cfg(all(target_arch = "x86_64", not(miri)))]
            if $crate::compiled::newer::is_newer() {
                // SAFETY: the processor has all that the function is compiled for.
                return unsafe { self.$newer($($argument),*) };
            }
            self.$plain($($argument),*);
        }

        #[inline(never)]
        fn $plain(&self $(, $argument: $type)*) {
            self.$body($($argument),*);
        }

        #[cfg(all(target_arch = "x86_64", not(miri)))]
        #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
        #[inline(never)]
        fn $newer(&self $(, $argument: $type)*) {
            self.$body($($argument),*);
        }
    };
}

pub(super) use compiled_twice;

/// Whether this processor has the instructions that [`compiled_twice`] lists.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline(always)]
pub(super) fn is_newer() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
}
