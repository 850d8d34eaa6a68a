module fairlane/lane

go 1.24
