public import Compression
import Foundation
public import Models
import SwiftProtobuf

/// A classifier as an ONNX model.
///
/// IR version 8 and operator set 17, the first with LayerNormalization: what ONNX Runtime 1.12 and
/// everything later reads.
public struct ONNXModel {
    private var model: ProtoModel

    /// The model in float32.
    public init(float classifier: Classifier) throws {
        try self.init(
            EncoderGraph(
                config: classifier.config, pooling: classifier.pooling,
                classes: classifier.labels.count, weights: FloatWeights(classifier: classifier),
                dense: FloatDense()))
    }

    /// The model in INT8 with the codes and scales of `classifier`; activations become 8 bits as
    /// they come, with one scale for each token: `classifier`'s own arithmetic.
    public init(dynamic classifier: QuantizedClassifier) throws {
        try self.init(
            EncoderGraph(
                config: classifier.config, pooling: classifier.pooling,
                classes: classifier.labels.count, weights: IntegerWeights(classifier: classifier),
                dense: TokenDense()))
    }

    /// The model in INT8 with the codes and scales of `classifier`'s weights and with its ranges of
    /// activations: QuantizeLinear and DequantizeLinear around every dense layer of the encoder.
    public init(static classifier: StaticClassifier) throws {
        let integers = classifier.integers
        try self.init(
            EncoderGraph(
                config: integers.config, pooling: integers.pooling,
                classes: integers.labels.count, weights: IntegerWeights(classifier: integers),
                dense: StaticDense(ranges: classifier.ranges)))
    }

    private init(_ graph: EncoderGraph) throws {
        let made = try graph.made(name: "classifier")
        model = .with {
            $0.irVersion = 8
            $0.producerName = "nlpipe"
            $0.opsetImport = [
                .with {
                    $0.domain = ""
                    $0.version = 17
                }
            ]
            $0.graph = made
        }
    }

    /// What the model says of itself; keys in order, so that equal content is equal bytes.
    public var metadata: [String: String] {
        get {
            Dictionary(
                model.metadataProps.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        }
        set {
            model.metadataProps = newValue.sorted { $0.key < $1.key }.map { key, value in
                .with { ($0.key, $0.value) = (key, value) }
            }
        }
    }

    /// What a model's file says of itself; throws `ONNXError.notAModel`.
    public static func metadata(of file: [UInt8]) throws -> [String: String] {
        guard let model = try? ProtoModel(serializedBytes: file), model.irVersion > 0 else {
            throw ONNXError.notAModel
        }
        return Dictionary(
            model.metadataProps.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }

    /// What the model reads, in order.
    public var inputs: [String] { model.graph.input.map(\.name) }

    /// The file's bytes; throws `ONNXError.tooLarge` where they would be more than the format holds.
    public func bytes() throws -> [UInt8] {
        let weights = model.graph.initializer.reduce(0) { $0 + $1.rawData.count }
        guard weights < ONNXModel.largest else { throw ONNXError.tooLarge(bytes: weights) }
        do { return try model.serializedBytes() } catch {
            throw ONNXError.tooLarge(bytes: weights)
        }
    }

    /// A message of protocol buffers is less than 2 GiB; the rest is room for names.
    private static let largest = Int(Int32.max) - (16 << 20)

    /// Bytes that, behind a model's file, add one entry to its metadata.
    ///
    /// A repeated field goes on wherever it occurs again: that is the format's rule.
    public static func entry(_ key: String, _ value: String) throws -> [UInt8] {
        try ProtoModel.with {
            $0.metadataProps = [.with { ($0.key, $0.value) = (key, value) }]
        }.serializedBytes()
    }
}
