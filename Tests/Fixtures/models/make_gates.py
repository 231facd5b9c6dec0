"""Makes gates.json: squares of gate gradients, and those of whole layers, with PyTorch.

A gate of 1 multiplies each head's context, each neuron's activation, and what each layer adds to its
input; autograd gives the slopes by the gates, one text after the other. Encoders, texts and losses
are those of make_models.py, which has to run first. Run: python make_gates.py
"""
import json
import os

import torch
from safetensors.torch import load_file
from transformers import BertConfig, BertModel

HERE = os.path.dirname(os.path.abspath(__file__))
LABELS = [1, 0, 2, 1]


def flat(t):
    return [float(x) for x in t.detach().flatten()]


def run(name, prefix, pooling):
    with open(os.path.join(HERE, name, "config.json")) as f:
        keys = json.load(f)
    config = BertConfig(**{k: v for k, v in keys.items() if k not in ("nlpipe", "id2label", "label2id")},
                        attn_implementation="eager")
    model = BertModel(config, add_pooling_layer=False)
    weights = load_file(os.path.join(HERE, name, "model.safetensors"))
    model.load_state_dict(
        {k[len(prefix):]: v for k, v in weights.items() if not k.startswith("classifier.")}, strict=False)
    model.double().eval()
    head, bias = weights["classifier.weight"].double(), weights["classifier.bias"].double()
    expected = load_file(os.path.join(HERE, name, "expected.safetensors"))
    offsets = expected["offsets"].tolist()
    count, heads, size = config.num_hidden_layers, config.num_attention_heads, config.hidden_size
    gates = dict(
        heads=[torch.ones(heads, dtype=torch.double, requires_grad=True) for _ in range(count)],
        neurons=[torch.ones(config.intermediate_size, dtype=torch.double, requires_grad=True) for _ in range(count)],
        layers=[torch.ones(1, dtype=torch.double, requires_grad=True) for _ in range(count)])
    for index, layer in enumerate(model.encoder.layer):
        def context(module, inputs, output, index=index):
            return (output[0] * gates["heads"][index].repeat_interleave(size // heads), *output[1:])

        def neurons(module, inputs, output, index=index):
            return output * gates["neurons"][index]

        def whole(module, inputs, output, index=index):
            found = output[0] if isinstance(output, tuple) else output
            mixed = inputs[0] + gates["layers"][index] * (found - inputs[0])
            return (mixed, *output[1:]) if isinstance(output, tuple) else mixed

        layer.attention.self.register_forward_hook(context)
        layer.intermediate.register_forward_hook(neurons)
        layer.register_forward_hook(whole)
    sums = {kind: [torch.zeros_like(g) for g in all_of] for kind, all_of in gates.items()}
    absolute = [torch.zeros_like(g) for g in gates["layers"]]
    for sequence, label in enumerate(LABELS):
        span = slice(offsets[sequence], offsets[sequence + 1])
        states = model(input_ids=expected["ids"][span].long()[None], output_hidden_states=True).hidden_states
        last = states[-1][0]
        pooled = last.mean(0) if pooling == "mean" else last[0]
        loss = torch.nn.functional.cross_entropy((head @ pooled + bias)[None], torch.tensor([label]))
        for index, state in enumerate(states):
            if index != 1:
                loss = loss + (state[0] * expected[f"inject/{index}"][span].double()).sum()
        for gate in sum(gates.values(), []):
            gate.grad = None
        loss.backward()
        for kind, all_of in gates.items():
            for total, gate in zip(sums[kind], all_of):
                total += gate.grad ** 2
        for total, gate in zip(absolute, gates["layers"]):
            total += gate.grad.abs()
    return dict(
        {kind: [flat(t) for t in totals] for kind, totals in sums.items()}, name=name,
        absolute_layers=[flat(t) for t in absolute])


with open(os.path.join(HERE, "gates.json"), "w") as f:
    json.dump([run("bert", "bert.", "mean"), run("bert_cls", "", "cls")], f)
    f.write("\n")
