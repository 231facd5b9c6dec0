import BenchReport

extension Catalogue {
    /// The large products against OpenBLAS and against what one core can do at most.
    static var products: Contest {
        Contest(
            name: "products", summary: "the encoder's matrix products against their ceilings",
            ours: (.nlpipe(kernel: nil), Settings(work: "products", threads: 1)),
            measures: floats + ceilings)
    }

    private static var floats: [Contest.Measure] {
        ["forward", "input gradient", "weight gradient"].map { product in
            Contest.Measure(
                id: "products-" + product.replacing(" ", with: "-"),
                title: "float32 \(product)", unit: "GFLOP/s", direction: .higher,
                key: "nlpipe \(product)", theirKey: "OpenBLAS \(product)",
                names: ("nlpipe", "OpenBLAS"))
        }
    }

    private static var ceilings: [Contest.Measure] {
        [
            ceiling("float32 forward", "nlpipe forward", "peak float32 avx512", bar: nil),
            ceiling("int8", "nlpipe int8", "peak int8 avx512-vnni", bar: nil),
            ceiling("bfloat16 forward", "nlpipe bfloat16 forward", "peak bfloat16 amx", bar: 0.6),
            ceiling("int8", "nlpipe int8", "peak int8 amx", bar: 0.6),
        ]
    }

    private static func ceiling(
        _ title: String, _ key: String, _ peak: String, bar: Double?
    ) -> Contest.Measure {
        let short = peak.replacing("peak ", with: "")
        return Contest.Measure(
            id: "roofline-" + short.replacing(" ", with: "-"),
            title: "\(title) / peak of \(short)", unit: "GOP/s", direction: .higher, bar: bar,
            key: key, theirKey: peak, names: ("nlpipe", "register loop, 1 core"),
            needsTiles: peak.hasSuffix("amx"),
            needsNoTiles: peak.contains("int8") && !peak.hasSuffix("amx"))
    }
}
