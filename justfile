# What people run while they work; `just --list` shows the lines above each recipe.

_default:
    @just --list

# Format and lints, as the checks of a change demand them.
check:
    cargo fmt --all --check
    cargo fmt --manifest-path benches/Cargo.toml --check
    cargo clippy --workspace --all-targets -- -D warnings
    cargo clippy --workspace --all-targets --all-features -- -D warnings

# All tests; more arguments go to cargo: `just test lru`.
test *args:
    cargo test --workspace {{ args }}

# The compiler's messages on wrong attributes; `just ui overwrite` accepts the new ones.
ui mode="wip":
    TRYBUILD={{ mode }} cargo test -p memokit --test ui

# Write the expansion snapshots anew; read the difference before committing it.
snapshots:
    UPDATE_EXPECT=1 cargo test -p memo-macros

# Thread interleavings under a model checker.
interleave:
    RUSTFLAGS="--cfg shuttle" cargo test -p memo-core --all-features --test interleave --release --target-dir target/shuttle

# One benchmark: `just bench hits`, `just bench hits --quick`; without a name it lists them.
bench *args:
    cargo bench --manifest-path benches/Cargo.toml -- {{ args }}

# The documentation, with warnings as errors.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --all-features

# Everything a change must pass.
ci:
    .ci/run
