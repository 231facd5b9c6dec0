"""Writes tiny encoders and what PyTorch and Transformers compute with them.

Each folder holds a checkpoint (config.json, model.safetensors) and expected.safetensors: token ids
and offsets, hidden states, logits, gradients of a loss by every weight, and gate gradients.
Loss: sum over sequences of cross-entropy plus sum(hidden_l * inject_l) for two hidden states.
Run: python make_models.py   (torch 2.x, transformers 5.x, safetensors)
"""

import json
import os

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertModel, DistilBertConfig, DistilBertModel

HERE = os.path.dirname(os.path.abspath(__file__))
LENGTHS = [1, 5, 9, 17]
LABELS = [1, 0, 2, 1]


def bert(**keys):
    return BertModel(
        BertConfig(vocab_size=30, num_hidden_layers=2, max_position_embeddings=20,
                   type_vocab_size=2, attn_implementation="eager", **keys),
        add_pooling_layer=False)


def distilbert(**keys):
    return DistilBertModel(
        DistilBertConfig(vocab_size=30, n_layers=2, max_position_embeddings=20,
                         attn_implementation="eager", **keys))


def layers(model):
    if isinstance(model, BertModel):
        return [(l.attention.self, l.intermediate) for l in model.encoder.layer]
    return [(l.attention, l.ffn.activation) for l in model.transformer.layer]


def write(name, model, pooling, heads, prefix):
    torch.manual_seed(7)
    for parameter in model.parameters():
        parameter.data.normal_(0, 0.3)
    for key, parameter in model.named_parameters():
        if key.lower().endswith("norm.weight"):
            parameter.data.add_(1)
    model.double().eval()
    hidden = model.embeddings.word_embeddings.weight.shape[1]
    head = torch.nn.Linear(hidden, 3).double()
    captured = []

    def keep(output):
        tensor = output[0] if isinstance(output, tuple) else output
        tensor.retain_grad()
        captured.append(tensor)

    hooks = []
    for attention, activation in layers(model):
        # The context is what goes into the attention's output projection.
        if isinstance(model, BertModel):
            hooks.append(attention.register_forward_hook(lambda m, i, o: keep(o)))
        else:
            hooks.append(attention.out_lin.register_forward_pre_hook(lambda m, i: keep(i[0])))
        target = activation
        if isinstance(model, BertModel):
            hooks.append(target.register_forward_hook(lambda m, i, o: keep(o)))
        else:
            hooks.append(target.register_forward_hook(lambda m, i, o: keep(o)))

    expected, states, logits, inject = {}, [[], [], []], [], [[], [], []]
    gates = [[0, 0], [0, 0]]
    # Not 0: PyTorch gives the padding row no gradient.
    ids = [torch.randint(1, 30, (n,)) for n in LENGTHS]
    for tokens, label in zip(ids, LABELS):
        captured.clear()
        hidden_states = model(input_ids=tokens[None], output_hidden_states=True).hidden_states
        last = hidden_states[-1][0]
        pooled = last.mean(0) if pooling == "mean" else last[0]
        score = head(pooled)
        loss = torch.nn.functional.cross_entropy(score[None], torch.tensor([label]))
        for index, state in enumerate(hidden_states):
            states[index].append(state[0].detach())
            if index != 1:
                weight = torch.randn_like(state[0]) * 0.1
                inject[index].append(weight)
                loss = loss + (state[0] * weight).sum()
        logits.append(score.detach())
        loss.backward()
        for index in range(2):
            context, activated = captured[2 * index], captured[2 * index + 1]
            product = (context * context.grad)[0].sum(0).reshape(heads, -1).sum(1).abs()
            gates[index][0] = gates[index][0] + product
            gates[index][1] = gates[index][1] + (activated * activated.grad)[0].sum(0).abs()
    for hook in hooks:
        hook.remove()

    weights = {prefix + key: value for key, value in model.named_parameters()}
    weights |= {"classifier." + key: value for key, value in head.named_parameters()}
    for key, value in weights.items():
        expected["gradient/" + key] = value.grad.float().contiguous()
    for index in range(3):
        expected[f"hidden/{index}"] = torch.cat(states[index]).float()
        if index != 1:
            expected[f"inject/{index}"] = torch.cat(inject[index]).float()
    for index in range(2):
        expected[f"heads/{index}"] = gates[index][0].float()
        expected[f"neurons/{index}"] = gates[index][1].float()
    expected["logits"] = torch.stack(logits).float()
    probabilities = torch.softmax(torch.stack(logits), 1)
    expected["dlogits"] = (
        probabilities - torch.nn.functional.one_hot(torch.tensor(LABELS), 3)).float()
    expected["ids"] = torch.cat(ids).int()
    expected["offsets"] = torch.tensor([0] + LENGTHS).cumsum(0).long()

    folder = os.path.join(HERE, name)
    os.makedirs(folder, exist_ok=True)
    config = json.loads(model.config.to_json_string())
    for key in ["transformers_version", "dtype", "torch_dtype", "attn_implementation"]:
        config.pop(key, None)
    config["id2label"] = {str(i): text for i, text in enumerate(["no", "maybe", "yes"])}
    config["label2id"] = {text: int(i) for i, text in config["id2label"].items()}
    config["nlpipe"] = {"pooling": pooling}
    with open(os.path.join(folder, "config.json"), "w") as file:
        json.dump(config, file, indent=2, sort_keys=True)
        file.write("\n")
    save_file({k: v.detach().float().contiguous() for k, v in weights.items()},
              os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    save_file(expected, os.path.join(folder, "expected.safetensors"))


write("bert", bert(hidden_size=20, num_attention_heads=4, intermediate_size=40), "mean", 4, "bert.")
write("bert_cls", bert(hidden_size=32, num_attention_heads=2, intermediate_size=48,
                       hidden_act="gelu_new", layer_norm_eps=1e-5), "cls", 2, "")
write("distilbert", distilbert(dim=24, n_heads=3, hidden_dim=32), "mean", 3, "distilbert.")
