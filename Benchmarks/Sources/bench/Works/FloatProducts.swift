import COpenBLAS
import Tensors

/// The encoder's products on float32 operands: nlpipe's and OpenBLAS's.
struct FloatProducts {
    private struct Operands {
        let x: Tensor, weights: Tensor, slope: Tensor
        let result: Tensor, back: Tensor, gradient: Tensor
        let packed = PackedMatrix()
    }

    private let compute: Compute
    private let operands: [Operands]
    private let shapes = ProductWork.Shape.encoder

    init(compute: Compute) {
        self.compute = compute
        operands = shapes.map { shape in
            func tensor(_ rows: Int, _ columns: Int) -> Tensor {
                let values = (0..<rows * columns).map { Float($0 * 7919 % 251) / 251 - 0.5 }
                return Tensor(values, shape: [rows, columns])
            }
            return Operands(
                x: tensor(shape.rows, shape.depth), weights: tensor(shape.outputs, shape.depth),
                slope: tensor(shape.rows, shape.outputs),
                result: Tensor(zeros: [shape.rows, shape.outputs]),
                back: Tensor(zeros: [shape.rows, shape.depth]),
                gradient: Tensor(zeros: [shape.outputs, shape.depth]))
        }
        for operand in operands { compute.pack(operand.weights, into: operand.packed) }
    }

    /// Rates of the three products of training; weights are packed, as once a step.
    func measure(named name: String) -> [String: Double] {
        [
            "\(name) forward": rate(shapes) { index in
                let one = operands[index]
                compute.product(one.x, one.packed, into: one.result)
            },
            "\(name) input gradient": rate(shapes) { index in
                let one = operands[index]
                compute.product(one.slope, one.packed, transposed: true, into: one.back)
            },
            "\(name) weight gradient": rate(shapes) { index in
                let one = operands[index]
                compute.matmul(one.slope, one.x, transposeA: true, into: one.gradient)
            },
        ]
    }

    /// The same by OpenBLAS.
    func measureBLAS() -> [String: Double] {
        [
            "OpenBLAS forward": rate(shapes) { index in
                let one = operands[index], shape = shapes[index]
                blas(
                    one.x, one.weights, one.result, transpose: (0, 1),
                    sizes: (shape.rows, shape.outputs, shape.depth))
            },
            "OpenBLAS input gradient": rate(shapes) { index in
                let one = operands[index], shape = shapes[index]
                blas(
                    one.slope, one.weights, one.back, transpose: (0, 0),
                    sizes: (shape.rows, shape.depth, shape.outputs))
            },
            "OpenBLAS weight gradient": rate(shapes) { index in
                let one = operands[index], shape = shapes[index]
                blas(
                    one.slope, one.x, one.gradient, transpose: (1, 0),
                    sizes: (shape.outputs, shape.depth, shape.rows))
            },
        ]
    }

    private func blas(
        _ a: Tensor, _ b: Tensor, _ c: Tensor, transpose: (Int32, Int32), sizes: (Int, Int, Int)
    ) {
        a.withUnsafeBuffer { left in
            b.withUnsafeBuffer { right in
                c.withUnsafeMutableBuffer { result in
                    nlp_sgemm(
                        transpose.0, transpose.1, Int32(sizes.0), Int32(sizes.1), Int32(sizes.2),
                        1, left.baseAddress, Int32(a.columns), right.baseAddress,
                        Int32(b.columns), 0, result.baseAddress, Int32(c.columns))
                }
            }
        }
    }
}
