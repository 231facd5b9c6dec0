import Foundation

@testable import ONNX

/// Numbers with a shape; integers are kept as doubles.
struct Numbers {
    var shape: [Int]
    var values: [Double]

    init(_ shape: [Int], _ values: [Double]) { (self.shape, self.values) = (shape, values) }

    /// The place of an element of a larger shape, dimensions of 1 repeated.
    func place(_ index: [Int]) -> Int {
        var place = 0
        for (dimension, length) in shape.enumerated() {
            let position = index[index.count - shape.count + dimension]
            place = place * length + (length == 1 ? 0 : position)
        }
        return place
    }
}

/// Every index of a shape, in row-major order.
func indices(of shape: [Int]) -> [[Int]] {
    (0..<shape.reduce(1, *)).map { flat in
        var rest = flat
        return shape.reversed().map { length in
            defer { rest /= length }
            return rest % length
        }.reversed()
    }
}

/// What can go wrong with a graph under test.
enum GraphFault: Error { case unknownValue(String), unknownOperation(String), missing(String) }

/// Runs a graph node by node as the operators' specification has it, slowly and in doubles.
struct GraphRunner {
    private var known: [String: Numbers] = [:]

    static func run(_ graph: ProtoGraph, inputs: [String: Numbers]) throws -> Numbers {
        var runner = GraphRunner()
        runner.known = inputs
        for constant in graph.initializer { runner.known[constant.name] = constant.numbers }
        for node in graph.node { try runner.run(node) }
        guard let output = graph.output.first, let result = runner.known[output.name] else {
            throw GraphFault.missing("output")
        }
        return result
    }

    private mutating func run(_ node: ProtoNode) throws {
        let inputs = try node.input.map { name in
            guard let value = known[name] else { throw GraphFault.unknownValue(name) }
            return value
        }
        let results = try GraphOperations(node: node, inputs: inputs).results()
        for (name, result) in zip(node.output, results) { known[name] = result }
    }
}

extension ProtoTensor {
    var numbers: Numbers {
        func read<T>(_ type: T.Type, _ convert: (T) -> Double) -> [Double] {
            rawData.withUnsafeBytes { bytes in
                (0..<bytes.count / MemoryLayout<T>.size).map {
                    convert(
                        bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self))
                }
            }
        }
        let shape = dims.map(Int.init)
        switch dataType {
        case .float: return Numbers(shape, read(Float.self) { Double($0) })
        case .uint8: return Numbers(shape, read(UInt8.self) { Double($0) })
        case .int8: return Numbers(shape, read(Int8.self) { Double($0) })
        case .int32: return Numbers(shape, read(Int32.self) { Double($0) })
        case .int64: return Numbers(shape, read(Int64.self) { Double($0) })
        case .undefined, .UNRECOGNIZED: return Numbers(shape, [])
        }
    }
}
