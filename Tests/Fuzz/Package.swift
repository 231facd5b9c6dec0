// swift-tools-version: 6.2
import PackageDescription

// A package of its own: nobody who builds nlpipe pays for it.
let package = Package(
    name: "fuzz",
    dependencies: [.package(name: "nlpipe", path: "../..")],
    targets: [
        .executableTarget(
            name: "fuzz", dependencies: [.product(name: "EngineModules", package: "nlpipe")],
            swiftSettings: [
                .treatAllWarnings(as: .error), .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("ExistentialAny"), .unsafeFlags(["-parse-as-library"]),
            ])
    ],
    swiftLanguageModes: [.v6]
)
