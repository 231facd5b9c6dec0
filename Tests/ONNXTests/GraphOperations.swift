import Foundation

@testable import ONNX

/// One node with the values that it reads.
struct GraphOperations {
    let node: ProtoNode
    let inputs: [Numbers]

    func results() throws -> [Numbers] {
        switch node.opType {
        case "Split": split()
        default: [try result()]
        }
    }

    private func result() throws -> Numbers {
        let x = inputs[0]
        switch node.opType {
        case "Add": return both { $0 + $1 }
        case "Sub": return both { $0 - $1 }
        case "Mul": return both { $0 * $1 }
        case "Div": return both { $0 / $1 }
        case "Min": return both { min($0, $1) }
        case "Max": return both { max($0, $1) }
        case "Cast": return each { int("to") == 1 ? $0 : $0.rounded(.towardZero) }
        case "Round": return each { $0.rounded(.toNearestOrEven) }
        case "Neg": return each { -$0 }
        case "Clip": return each { min(max($0, inputs[1].values[0]), inputs[2].values[0]) }
        case "Relu": return each { max($0, 0) }
        case "Erf": return each { erf($0) }
        case "Tanh": return each { tanh($0) }
        case "ReduceMin": return reduce(axes: ints("axes"), .infinity) { min($0, $1) }
        case "ReduceMax": return reduce(axes: ints("axes"), -.infinity) { max($0, $1) }
        case "ReduceSum": return reduce(axes: inputs[1].values.map { Int($0) }, 0) { $0 + $1 }
        case "Shape":
            let dims = x.shape[int("start")..<int("end")].map(Double.init)
            return Numbers([dims.count], dims)
        case "Slice":
            let (start, end) = (Int(inputs[1].values[0]), Int(inputs[2].values[0]))
            let width = x.shape.dropFirst().reduce(1, *)
            return Numbers(
                [end - start] + x.shape.dropFirst(), Array(x.values[start * width..<end * width]))
        case "Gather": return gather()
        case "Unsqueeze":
            var shape = x.shape
            for axis in inputs[1].values.sorted() { shape.insert(1, at: Int(axis)) }
            return Numbers(shape, x.values)
        case "Reshape":
            let shape = inputs[1].values.enumerated().map { $1 == 0 ? x.shape[$0] : Int($1) }
            return Numbers(shape, x.values)
        case "Transpose":
            let order = ints("perm")
            let shape = order.map { x.shape[$0] }
            return Numbers(
                shape,
                indices(of: shape).map { index in
                    var source = index
                    for (place, axis) in order.enumerated() { source[axis] = index[place] }
                    return x.values[x.place(source)]
                })
        case "MatMul", "MatMulInteger": return product()
        case "Gemm":
            let (rows, columns) = (x.shape[0], inputs[1].shape[0])
            return Numbers(
                [rows, columns],
                indices(of: [rows, columns]).map { at in
                    (0..<x.shape[1]).reduce(inputs[2].values[at[1]]) { sum, k in
                        sum + x.values[at[0] * x.shape[1] + k]
                            * inputs[1].values[at[1] * x.shape[1] + k]
                    }
                })
        case "Softmax":
            return rows { row in
                let top = row.max() ?? 0
                let powers = row.map { exp($0 - top) }
                let total = powers.reduce(0, +)
                return powers.map { $0 / total }
            }
        case "LayerNormalization":
            let epsilon = Double(attribute("epsilon")?.f ?? 1e-5)
            return rows { row in
                let mean = row.reduce(0, +) / Double(row.count)
                let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
                return row.enumerated().map { column, value in
                    (value - mean) / (variance + epsilon).squareRoot() * inputs[1].values[column]
                        + inputs[2].values[column]
                }
            }
        case "QuantizeLinear":
            let (scale, zero) = (inputs[1].values[0], inputs[2].values[0])
            return each { min(max(($0 / scale).rounded(.toNearestOrEven) + zero, 0), 255) }
        case "DequantizeLinear":
            // One scale, or one for each column.
            let (scales, zeros) = (inputs[1].values, inputs[2].values)
            return Numbers(
                x.shape,
                x.values.enumerated().map { index, value in
                    let column = index % scales.count
                    return (value - zeros[column]) * scales[column]
                })
        default: throw GraphFault.unknownOperation(node.opType)
        }
    }

    private func attribute(_ name: String) -> ProtoAttribute? {
        node.attribute.first { $0.name == name }
    }

    private func int(_ name: String) -> Int { Int(attribute(name)?.i ?? 0) }
    private func ints(_ name: String) -> [Int] { attribute(name)?.ints.map(Int.init) ?? [] }

    private func each(_ body: (Double) -> Double) -> Numbers {
        Numbers(inputs[0].shape, inputs[0].values.map(body))
    }

    private func rows(_ body: ([Double]) -> [Double]) -> Numbers {
        let width = inputs[0].shape.last ?? 1
        let values = inputs[0].values
        return Numbers(
            inputs[0].shape,
            stride(from: 0, to: values.count, by: width).flatMap {
                body(Array(values[$0..<$0 + width]))
            })
    }

    private func both(_ body: (Double, Double) -> Double) -> Numbers {
        let (a, b) = (inputs[0], inputs[1])
        let rank = max(a.shape.count, b.shape.count)
        func padded(_ shape: [Int]) -> [Int] {
            [Int](repeating: 1, count: rank - shape.count) + shape
        }
        let shape = zip(padded(a.shape), padded(b.shape)).map { max($0, $1) }
        return Numbers(
            shape,
            indices(of: shape).map { body(a.values[a.place($0)], b.values[b.place($0)]) })
    }

    private func reduce(
        axes: [Int], _ start: Double, _ body: (Double, Double) -> Double
    ) -> Numbers {
        let x = inputs[0]
        let axes = axes.map { $0 < 0 ? $0 + x.shape.count : $0 }
        let kept = x.shape.enumerated().map { axes.contains($0) ? 1 : $1 }
        var result = Numbers(kept, [Double](repeating: start, count: kept.reduce(1, *)))
        for (flat, index) in indices(of: x.shape).enumerated() {
            let place = result.place(index)
            result.values[place] = body(result.values[place], x.values[flat])
        }
        if let keep = attribute("keepdims"), keep.i == 0 {
            result.shape = x.shape.enumerated().filter { !axes.contains($0.offset) }.map(\.element)
        }
        return result
    }

    private func gather() -> Numbers {
        let (x, wanted) = (inputs[0], inputs[1])
        let axis = int("axis")
        let shape = x.shape[..<axis] + wanted.shape + x.shape[(axis + 1)...]
        return Numbers(
            Array(shape),
            indices(of: Array(shape)).map { index in
                let chosen = Array(index[axis..<axis + wanted.shape.count])
                let row = Int(wanted.values[wanted.place(chosen)])
                let rest = index[(axis + wanted.shape.count)...]
                return x.values[x.place(Array(index[..<axis]) + [row] + rest)]
            })
    }

    private func split() -> [Numbers] {
        let x = inputs[0]
        let width = x.shape[2] / node.output.count
        return node.output.indices.map { part in
            let shape = [x.shape[0], x.shape[1], width]
            return Numbers(
                shape,
                indices(of: shape).map {
                    x.values[x.place([$0[0], $0[1], $0[2] + part * width])]
                })
        }
    }

    private func product() -> Numbers {
        let (a, b) = (inputs[0], inputs[1])
        let (rows, depth) = (a.shape[a.shape.count - 2], a.shape[a.shape.count - 1])
        let columns = b.shape[b.shape.count - 1]
        let outer = Array(a.shape.dropLast(2))
        var values: [Double] = []
        for (block, index) in indices(of: outer).enumerated() {
            let first = block * rows * depth
            let second = b.shape.count > 2 ? b.place(index + [0, 0]) : 0
            for row in 0..<rows {
                for column in 0..<columns {
                    var sum = 0.0
                    for k in 0..<depth {
                        sum +=
                            a.values[first + row * depth + k]
                            * b.values[second + k * columns + column]
                    }
                    values.append(sum)
                }
            }
        }
        return Numbers(outer + [rows, columns], values)
    }
}
