"""Two steps of a recurrent network: the weights are tied, so each gradient is a sum over the steps."""

import derive
from derive.functions import loss, tanh

x = [derive.tensor("x_1", "D"), derive.tensor("x_2", "D")]
y, h_0 = derive.tensor("y", "K"), derive.tensor("h_0", "H")
W, U, V = derive.tensor("W", "H", "D"), derive.tensor("U", "H", "H"), derive.tensor("V", "K", "H")
b = derive.tensor("b", "H")

net = derive.Model()
h = h_0
for t in (1, 2):
    net[f"z_{t}"] = W @ x[t - 1] + U @ h + b
    net[f"h_{t}"] = tanh(net[f"z_{t}"])
    h = net[f"h_{t}"]
net.o = V @ h
net.L = loss("mse", net.o, y)

wrt = [W, U, b, V, h_0]

if __name__ == "__main__":
    print(derive.page(net, wrt, title="Two steps of a recurrent network"))
