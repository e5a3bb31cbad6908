"""Layer normalisation: one sample, normalised with the mean and variance of its own features."""

import derive
from derive.functions import loss, mean, sqrt

x, y = derive.tensor("x", "D"), derive.tensor("y", "D")
gamma, beta = derive.tensor("gamma", "D"), derive.tensor("beta", "D")
epsilon = derive.scalar("epsilon", properties=["positive"])

net = derive.Model()
net.mu = mean(x)
net.v = mean((x - net.mu) ** 2)
net.xhat = (x - net.mu) / sqrt(net.v + epsilon)
net.z = gamma * net.xhat + beta
net.L = loss("mse", net.z, y)

wrt = [x, gamma, beta]

if __name__ == "__main__":
    print(derive.page(net, wrt, title="Layer normalisation"))
