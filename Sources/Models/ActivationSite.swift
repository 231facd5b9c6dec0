/// A place in the encoder where a dense layer reads its input.
public struct ActivationSite: Sendable, Hashable, Comparable {
    /// The four of a layer, in the order in which they are computed.
    public enum Place: Int, Sendable, CaseIterable {
        /// What query, key and value read: the layer's input.
        case input
        /// What attention gives, before its output layer.
        case context
        /// The state between attention and the two wide layers.
        case middle
        /// What the activation gives, before the last layer.
        case wide
    }

    /// The encoder layer, from 0.
    public let layer: Int
    /// The place in it.
    public let place: Place

    /// Creates a site.
    public init(layer: Int, place: Place) {
        self.layer = layer
        self.place = place
    }

    /// Such as `layer.0.context`.
    public var name: String { "layer.\(layer).\(place)" }

    /// By layer, then by place.
    public static func < (a: ActivationSite, b: ActivationSite) -> Bool {
        (a.layer, a.place.rawValue) < (b.layer, b.place.rawValue)
    }

    /// All sites of an encoder, in the order in which they are computed.
    public static func all(of config: EncoderConfig) -> [ActivationSite] {
        config.layers.indices.flatMap { layer in
            Place.allCases.map { ActivationSite(layer: layer, place: $0) }
        }
    }
}
