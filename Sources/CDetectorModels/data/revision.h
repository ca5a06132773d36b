// made by detector train
