/// The pieces of a product's result, chosen by its shape only; sums (k) are never cut.
struct ProductGrid {
    private let m, n, down, across: Int

    init(m: Int, n: Int, k: Int) {
        self.m = m
        self.n = n
        // A piece packs its operands anew, so pieces are few; they come in both directions because
        // that packs least.
        let (longer, shorter) =
            switch m * n * k {
            case ..<(1 << 22): (1, 1)
            case ..<(1 << 26): (2, 1)
            case ..<(1 << 30): (2, 2)
            default: (4, 2)
            }
        (down, across) = m >= n ? (longer, shorter) : (shorter, longer)
    }

    var count: Int { down * across }

    func rows(_ piece: Int) -> Range<Int> { ProductGrid.part(m, piece / across, of: down) }

    func columns(_ piece: Int) -> Range<Int> { ProductGrid.part(n, piece % across, of: across) }

    /// Cuts on multiples of 16, so that vector code has few remainders.
    private static func part(_ total: Int, _ index: Int, of count: Int) -> Range<Int> {
        func cut(_ index: Int) -> Int {
            index == count ? total : min(total, (total * index / count + 8) / 16 * 16)
        }
        return cut(index)..<cut(index + 1)
    }
}
