// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who builds nlpipe has to build its benchmark.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
]
let numeric: [CSetting] = [
    .unsafeFlags(["-O3", "-fno-math-errno", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror"])
]

let package = Package(
    name: "Benchmarks",
    dependencies: [
        .package(name: "nlpipe", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    ],
    targets: [
        // What the processor can do at most, from loops that touch registers only.
        .target(name: "CCeilings", cSettings: numeric),
        // Statistics, verdicts and the ways to show them; measures nothing.
        .target(name: "BenchReport", swiftSettings: strict),
        .executableTarget(
            name: "bench",
            dependencies: [
                "BenchReport", "CCeilings",
                .product(name: "NumericModules", package: "nlpipe"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        // The engine beside real DVC; apart, so that it needs no kernel to build.
        .executableTarget(
            name: "enginebench",
            dependencies: [
                "BenchReport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "BenchReportTests", dependencies: ["BenchReport"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
