import Foundation

/// Collects the nodes and constants of a graph.
///
/// A node's first result has the node's name; every name is used once, and a node comes after
/// everything that it reads, as the format demands.
struct GraphBuilder {
    private(set) var graph = ProtoGraph()
    private var constants: Set<String> = []

    init(name: String) { graph.name = name }

    /// Adds a node; its result is called `name`.
    @discardableResult
    mutating func node(
        _ operation: String, _ inputs: [String], name: String, _ attributes: [ProtoAttribute] = []
    ) -> String {
        nodes(operation, inputs, name: name, outputs: [name], attributes)[0]
    }

    /// Adds a node with several results.
    mutating func nodes(
        _ operation: String, _ inputs: [String], name: String, outputs: [String],
        _ attributes: [ProtoAttribute] = []
    ) -> [String] {
        graph.node.append(
            .with {
                $0.opType = operation
                $0.input = inputs
                $0.output = outputs
                $0.name = name
                $0.attribute = attributes
            })
        return outputs
    }

    /// Adds float32 values; a name that is there already keeps its values.
    mutating func constant(_ name: String, _ values: [Float], _ shape: [Int]) -> String {
        add(name, .float, values.map(\.bitPattern.littleEndian), shape)
    }

    mutating func constant(_ name: String, _ values: [Int8], _ shape: [Int]) -> String {
        add(name, .int8, values, shape)
    }

    mutating func constant(_ name: String, _ values: [UInt8], _ shape: [Int]) -> String {
        add(name, .uint8, values, shape)
    }

    mutating func constant(_ name: String, _ values: [Int32], _ shape: [Int]) -> String {
        add(name, .int32, values.map(\.littleEndian), shape)
    }

    /// Whole numbers such as axes and sizes, under a name made of them.
    mutating func integers(_ values: Int...) -> String {
        let name = "integers." + values.map(String.init).joined(separator: ",")
        return add(name, .int64, values.map { Int64($0).littleEndian }, [values.count])
    }

    /// One number, under a name made of it.
    mutating func number(_ value: Float) -> String { constant("number.\(value)", [value], []) }

    /// One whole number without a dimension.
    mutating func index(_ value: Int) -> String {
        add("index.\(value)", .int64, [Int64(value).littleEndian], [])
    }

    /// Declares an input of 64-bit integers or the output of floats; a text is a free dimension.
    mutating func declareInput(_ name: String, _ dimensions: [Dimension]) {
        graph.input.append(Self.value(name, .int64, dimensions))
    }

    mutating func declareOutput(_ name: String, _ dimensions: [Dimension]) {
        graph.output.append(Self.value(name, .float, dimensions))
    }

    /// A length that is known, or the name of one that is not.
    enum Dimension {
        case fixed(Int)
        case free(String)
    }

    private mutating func add<Element>(
        _ name: String, _ type: ProtoTensor.Element, _ values: [Element], _ shape: [Int]
    ) -> String {
        guard constants.insert(name).inserted else { return name }
        graph.initializer.append(
            .with {
                $0.name = name
                $0.dataType = type
                $0.dims = shape.map(Int64.init)
                $0.rawData = values.withUnsafeBytes { Data($0) }
            })
        return name
    }

    private static func value(
        _ name: String, _ type: ProtoTensor.Element, _ dimensions: [Dimension]
    ) -> ProtoValue {
        .with { value in
            value.name = name
            value.type.tensorType.elemType = type
            value.type.tensorType.shape.dim = dimensions.map { dimension in
                .with {
                    switch dimension {
                    case .fixed(let length): $0.dimValue = Int64(length)
                    case .free(let name): $0.dimParam = name
                    }
                }
            }
        }
    }
}

extension ProtoAttribute {
    static func int(_ name: String, _ value: Int) -> ProtoAttribute {
        .with { ($0.name, $0.type, $0.i) = (name, .int, Int64(value)) }
    }

    static func ints(_ name: String, _ values: [Int]) -> ProtoAttribute {
        .with { ($0.name, $0.type, $0.ints) = (name, .ints, values.map(Int64.init)) }
    }

    static func float(_ name: String, _ value: Float) -> ProtoAttribute {
        .with { ($0.name, $0.type, $0.f) = (name, .float, value) }
    }
}
