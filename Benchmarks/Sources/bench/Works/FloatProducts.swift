import COpenBLAS
import Tensors

/// The encoder's products in float32: nlpipe's and OpenBLAS's.
struct FloatProducts {
    private struct Operands {
        let x: Tensor, weights: Tensor, slope: Tensor, result: Tensor, back: Tensor,
            gradient: Tensor
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
    }

    /// Rates of the forward product and of both backward ones.
    func measure() -> [String: Double] {
        [
            "nlpipe forward": rate(shapes) { i in
                let o = operands[i]
                compute.matmul(o.x, o.weights, transposeB: true, into: o.result)
            },
            "nlpipe input gradient": rate(shapes) { i in
                let o = operands[i]
                compute.matmul(o.slope, o.weights, into: o.back)
            },
            "nlpipe weight gradient": rate(shapes) { i in
                let o = operands[i]
                compute.matmul(o.slope, o.x, transposeA: true, into: o.gradient)
            },
            "OpenBLAS forward": rate(shapes) { i in
                let o = operands[i], shape = shapes[i]
                blas(
                    o.x, o.weights, o.result, transpose: (0, 1),
                    sizes: (shape.rows, shape.outputs, shape.depth))
            },
            "OpenBLAS input gradient": rate(shapes) { i in
                let o = operands[i], shape = shapes[i]
                blas(
                    o.slope, o.weights, o.back, transpose: (0, 0),
                    sizes: (shape.rows, shape.depth, shape.outputs))
            },
            "OpenBLAS weight gradient": rate(shapes) { i in
                let o = operands[i], shape = shapes[i]
                blas(
                    o.slope, o.x, o.gradient, transpose: (1, 0),
                    sizes: (shape.outputs, shape.depth, shape.rows))
            },
        ]
    }

    private func blas(
        _ a: Tensor, _ b: Tensor, _ c: Tensor, transpose: (Int32, Int32), sizes: (Int, Int, Int)
    ) {
        a.withUnsafeBuffer { a1 in
            b.withUnsafeBuffer { b1 in
                c.withUnsafeMutableBuffer { c1 in
                    nlp_sgemm(
                        transpose.0, transpose.1, Int32(sizes.0), Int32(sizes.1), Int32(sizes.2),
                        1, a1.baseAddress, Int32(a.columns), b1.baseAddress, Int32(b.columns), 0,
                        c1.baseAddress, Int32(c.columns))
                }
            }
        }
    }
}
