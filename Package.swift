// swift-tools-version: 6.2
import PackageDescription

// Swift targets: Swift 6 language mode, every warning an error, and a dependency that leaks into an
// API has to say so (`public import`). Numeric C targets are -O3 in debug builds too, where SwiftPM
// would compile them 10-50 times slower.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
]
// With NLPIPE_UNDEFINED set, undefined behaviour in C ends the process: `make test-address`.
let undefined =
    Context.environment["NLPIPE_UNDEFINED"] == nil
    ? [] : ["-fsanitize=undefined", "-fsanitize-trap=undefined"]
let numeric: [CSetting] = [
    .unsafeFlags(["-O3", "-fno-math-errno", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror"]),
    .unsafeFlags(undefined),
]

let strictC: [CSetting] = [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let collections = Target.Dependency.product(
    name: "OrderedCollections", package: "swift-collections")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// A stage module: it sees the narrow waist and what it needs of the ML half, never the engine.
///
/// The list is exact: the code of every module on it counts as the stage's own.
func stage(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(
        name: "\(name)Stage", dependencies: ["StageKit"] + dependencies, path: "stages/\(name)",
        swiftSettings: strict, plugins: ["CodeDigest"])
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let training: [Target.Dependency] = ["Datasets", "Models", "Tensors", "Training"]
let stages = [
    stage("Preprocess", ["Datasets", "Tokenizers"]),
    stage("Finetune", training),
    stage("Distill", training + ["Tokenizers"]),
    stage("Prune", training + ["Tokenizers", "Compression"]),
    stage("Quantize", training + ["Tokenizers", "Compression"]),
    stage("Evaluate", training + ["Tokenizers", "Compression", "Statistics"]),
    stage("Export", training + ["Tokenizers", "Compression", "ONNX"]),
    stage("Package", ["CCrypto"]),
]
let stageModules = stages.map { Target.Dependency(stringLiteral: $0.name) }

let package = Package(
    name: "nlpipe",
    products: [
        .executable(name: "nlpipe", targets: ["nlpipe"]),
        // For Benchmarks/, a package of its own.
        .library(
            name: "NumericModules",
            targets: [
                "CKernels", "CIntegerKernels", "COpenBLAS", "Tensors", "Tokenizers", "Datasets",
                "Models", "Training", "Compression",
            ]),
        // For Tests/Fuzz/, another one.
        .library(name: "EngineModules", targets: ["Pipelines", "ContentStore", "Engine"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        // System libraries.
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        // OpenBLAS is loaded when first used: see docs/decisions/0004-openblas-at-run-time.md.
        // So is libgit2: see docs/decisions/0010-a-quick-start.md.
        .target(name: "CGit2", cSettings: strictC, linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "COpenBLAS", cSettings: numeric, linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CKernels", cSettings: numeric),
        .target(name: "CIntegerKernels", dependencies: ["CKernels"], cSettings: numeric),

        // The engine half.
        module("ParamValues", [collections]),
        module("Pipelines", ["ParamValues", yams, collections]),
        module("ContentStore", ["CCrypto"]),
        module("StageKit", ["ParamValues"]),
        module(
            "Engine",
            ["Pipelines", "ParamValues", "ContentStore", "StageKit", yams, collections]),
        module("History", ["Pipelines", "ParamValues", "Statistics", "CGit2", grdb]),

        module("Gates", ["History", "Pipelines", "ParamValues", "Statistics"]),

        // Plain arithmetic that both halves may use.
        module("Statistics"),

        // The machine-learning half.
        module("Tensors", ["CKernels", "COpenBLAS"]),
        module("Tokenizers"),
        module("Models", ["Tensors"]),
        module("Datasets", ["Tokenizers", "Tensors"]),
        module("Training", ["Datasets", "Models", "Tensors"]),
        module("Compression", ["Models", "Tokenizers", "Tensors", "CIntegerKernels"]),
        .target(
            name: "ONNX", dependencies: ["Compression", "Models", "Tensors", protobuf],
            exclude: ["onnx.proto"], swiftSettings: strict),
    ] + stages + [
        // The composition root.
        .executableTarget(
            name: "nlpipe",
            dependencies: [
                "Pipelines", "ParamValues", "ContentStore", "StageKit", "Engine", "History",
                "Gates", "Statistics", "Tokenizers",
                "Models", "Tensors", "Compression", "ONNX", argumentParser,
            ] + stageModules,
            swiftSettings: strict),

        // The digest of every stage's code, compiled into the stage.
        .executableTarget(name: "codedigest", dependencies: ["CCrypto"], swiftSettings: strict),
        .plugin(name: "CodeDigest", capability: .buildTool(), dependencies: ["codedigest"]),

        // Tests.
        .target(
            name: "TestSupport", dependencies: ["ContentStore"], path: "Tests/TestSupport",
            swiftSettings: strict),
        tests("PipelinesTests", ["Pipelines", "ParamValues", "TestSupport"]),
        tests("ContentStoreTests", ["ContentStore", "TestSupport"]),
        tests(
            "EngineTests",
            ["Engine", "Pipelines", "ParamValues", "ContentStore", "StageKit", "TestSupport"]),
        tests(
            "HistoryTests",
            ["History", "Pipelines", "ParamValues", "Statistics", grdb, "TestSupport"]),
        tests(
            "GatesTests",
            ["Gates", "History", "Pipelines", "ParamValues", "Statistics", "TestSupport"]),
        tests("StatisticsTests", ["Statistics", "TestSupport"]),
        tests("TensorsTests", ["Tensors", "CKernels", "TestSupport"]),
        tests("TokenizersTests", ["Tokenizers", "TestSupport"]),
        tests("DatasetsTests", ["Datasets", "Tokenizers", "Tensors", "TestSupport"]),
        tests("ModelsTests", ["Models", "Tensors", "TestSupport"]),
        tests("TrainingTests", ["Training", "Datasets", "Models", "Tensors", "TestSupport"]),
        tests(
            "CompressionTests",
            ["Compression", "Models", "Tensors", "CKernels", "CIntegerKernels", "TestSupport"]),
        tests(
            "StagesTests",
            [
                "StageKit", "Pipelines", "ParamValues", "Datasets", "Tokenizers", "Models",
                "Tensors",
                "Training", "Compression", "Statistics", "TestSupport",
            ] + stageModules),
        tests("ONNXTests", ["ONNX", "Compression", "Models", "Tensors", "TestSupport", protobuf]),
        tests("CodeDigestTests", ["codedigest", "TestSupport"]),
        tests("EndToEndTests", ["nlpipe", "TestSupport"]),
        tests("ConformanceTests", ["nlpipe", "Pipelines", "ParamValues", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
