"""Two steps of an LSTM, and the squared error of its last state: the gradients are sums over the steps."""

import derive
from derive.functions import loss, sigmoid, tanh

x = [derive.tensor("x_1", "D"), derive.tensor("x_2", "D")]
h_0, c_0, y = derive.tensor("h_0", "H"), derive.tensor("c_0", "H"), derive.tensor("y", "H")
W = {gate: derive.tensor(f"W_{gate}", "H", "D") for gate in "fiog"}
U = {gate: derive.tensor(f"U_{gate}", "H", "H") for gate in "fiog"}
b = {gate: derive.tensor(f"b_{gate}", "H") for gate in "fiog"}

net = derive.Model()
h, c = h_0, c_0
for t in (1, 2):
    for gate, f in (("f", sigmoid), ("i", sigmoid), ("o", sigmoid), ("g", tanh)):
        net[f"{gate}_{t}"] = f(W[gate] @ x[t - 1] + U[gate] @ h + b[gate])
    net[f"c_{t}"] = net[f"f_{t}"] * c + net[f"i_{t}"] * net[f"g_{t}"]
    net[f"h_{t}"] = net[f"o_{t}"] * tanh(net[f"c_{t}"])
    h, c = net[f"h_{t}"], net[f"c_{t}"]
net.L = loss("mse", h, y)

wrt = [W["f"], U["f"], b["f"], W["i"], W["o"], W["g"], c_0]

if __name__ == "__main__":
    print(derive.page(net, wrt, title="Two steps of an LSTM"))
