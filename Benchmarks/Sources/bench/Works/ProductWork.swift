import BenchReport
import CCeilings
import COpenBLAS
import Tensors

/// Large matrix products of the encoder against what one core can do at most.
struct ProductWork {
    /// A product [rows, depth] x [outputs, depth]' of the encoder.
    struct Shape {
        let rows: Int, outputs: Int, depth: Int
        var operations: Double { 2 * Double(rows) * Double(outputs) * Double(depth) }
        /// QKV, attention's output, and the two of the feed-forward net.
        static let encoder = [(1152, 384), (384, 384), (1536, 384), (384, 1536)].map {
            Shape(rows: 864, outputs: $0.0, depth: $0.1)
        }
    }

    let settings: Settings

    /// Serves rounds that measure ceilings and products after one another.
    func serve(_ channel: Channel) throws {
        let float = try Compute(threads: settings.threads, precision: .float32)
        let products = FloatProducts(compute: float)
        let half = try Compute(threads: settings.threads, precision: .auto)
        // Without tiles bfloat16 runs on the float32 kernels: nothing to hold against a ceiling.
        let halves = half.precision == .bfloat16 ? FloatProducts(compute: half) : nil
        let integers = IntegerProducts()
        try channel.ready(
            "nlpipe, \(float.arithmetic)",
            notes: [
                "OpenBLAS uses its kernels for \(String(cString: nlp_blas_core()))",
                "figures are operations over time of the four products of a layer, 864 tokens",
            ])
        while channel.nextRound() {
            var values: [String: Double] = [:]
            for kind in 0..<CEILING_COUNT.rawValue {
                let kind = ceiling_kind(rawValue: kind)
                let rate = ceiling_measure(kind, 5)
                if rate > 0 { values["peak " + String(cString: ceiling_name(kind))] = rate }
            }
            values.merge(products.measure(named: "nlpipe")) { $1 }
            values.merge(products.measureBLAS()) { $1 }
            if let halves {
                values.merge(halves.measure(named: "nlpipe bfloat16")) { $1 }
            }
            values.merge(integers.measure()) { $1 }
            try channel.report(values)
        }
    }
}

/// The best rate of some calls of `body` for every shape, in 10^9 operations a second: operations of
/// all shapes over the sum of their best times.
func rate(_ shapes: [ProductWork.Shape], calls: Int = 7, _ body: (Int) -> Void) -> Double {
    var total = 0.0, operations = 0.0
    for (index, shape) in shapes.enumerated() {
        body(index)
        total += (0..<calls).map { _ in seconds { body(index) } }.min() ?? 0
        operations += shape.operations
    }
    return operations / max(total, 1e-12) * 1e-9
}
