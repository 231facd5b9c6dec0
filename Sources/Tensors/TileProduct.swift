import CKernels

/// Memory of operands packed to bfloat16 tiles: panels of 16 rows or columns.
enum TilePanels {
    /// Floats of memory that panels take.
    static func count(_ panels: Int, depth: Int) -> Int {
        panels * ((depth + 31) / 32) * Int(NLP_TILE) / 2
    }

    /// Memory of floats as that of bfloat16 elements.
    static func elements(_ memory: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<UInt16> {
        UnsafeMutableRawPointer(memory).assumingMemoryBound(to: UInt16.self)
    }
}

extension Compute {
    /// Panels of both operands in a piece of the result: with 1,024 tokens they fill 800 KB.
    private static let tilePiece = 12

    /// Computes `aᵀ · op(B)` on tiles: packs both operands, then multiplies pieces of 192 x 192.
    func multiplyTiles(_ a: Tensor, _ right: RightOperand, into result: Tensor, accumulate: Bool) {
        guard let kernels = products.tileKernels?.pointee else { return }
        let depth = right.depth
        let counts = (left: (a.columns + 15) / 16, right: right.panels(products))
        let left = pool.take(TilePanels.count(counts.left, depth: depth))
        let packed = pool.take(TilePanels.count(counts.right, depth: depth))
        let panel = TilePanels.count(1, depth: depth)
        eachBlock(counts.left + counts.right, work: 16 * depth) { range, _ in
            let own = range.clamped(to: 0..<counts.left)
            kernels.pack(
                a.pointer, a.columns, 0, depth, a.columns, 0, own.lowerBound, own.upperBound,
                TilePanels.elements(left.pointer + own.lowerBound * panel))
            let first = max(0, range.lowerBound - counts.left)
            let last = max(first, range.upperBound - counts.left)
            pack(right, panels: first..<last, to: packed.pointer + first * panel)
        }
        let size = Compute.tilePiece
        let grid = (down: (counts.left + size - 1) / size, across: (counts.right + size - 1) / size)
        forEach(grid.down * grid.across) { piece in
            let (i, j) = (piece / grid.across * size, piece % grid.across * size)
            kernels.multiply(
                TilePanels.elements(left.pointer + i * panel), min(a.columns - i * 16, size * 16),
                TilePanels.elements(packed.pointer + j * panel), depth,
                min(right.columns - j * 16, size * 16),
                result.pointer + i * 16 * right.columns + j * 16, right.columns,
                accumulate ? 1 : 0)
        }
    }
}
